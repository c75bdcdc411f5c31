/**
 * Defines the same question, answer and stream in each protocol, of equal size, for the load and
 * for its provider.
 */

export const protocols = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-generate-content',
] as const;
export type Protocol = (typeof protocols)[number];

/** The parts of one stream of a provider. */
export interface StreamShape {
  /** Everything before the first content. */
  readonly opening: string;
  /** One content event; `mark` comes back to the load in its text. */
  event(mark: string): string;
  readonly closing: string;
}

export interface WireShape {
  pathFor(model: string, stream: boolean): string;
  /** Calls are sent whole to its callers, so no pieces come back. Default: false. */
  readonly tellsCallsWhole?: true;
  /** Returns the body of a request for `model` whose prompt is `padding` long. */
  ask(model: string, padding: number, stream: boolean): object;
  /** A short answer, not streamed. */
  readonly answer: object;
  readonly stream: StreamShape;
  /** A tool call, whose input comes in pieces. */
  readonly call: StreamShape;
}

/** All content events have this length, so that only their format differs. */
const eventLength = 260;
const said = 'hello';
const googleEnd = {
  finishReason: 'STOP',
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
};

export const shapes: Readonly<Record<Protocol, WireShape>> = {
  'openai-chat': {
    pathFor: () => '/v1/chat/completions',
    ask: (model, padding, stream) => ({
      model,
      messages: [{ role: 'user', content: 'x'.repeat(padding) }],
      ...(stream ? { stream } : {}),
    }),
    answer: {
      ...chatHead('chat.completion'),
      choices: [{ index: 0, message: { role: 'assistant', content: said }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    },
    stream: {
      opening: chatEvent({ role: 'assistant', content: '' }, null),
      event: (mark) => padded(mark, (content) => chatEvent({ content }, null)),
      closing: `${chatEvent({}, 'stop')}data: [DONE]\n\n`,
    },
    call: {
      opening: chatEvent(
        { role: 'assistant', tool_calls: [chatCall({ id: 'call_1', type: 'function' }, '', 'f')] },
        null,
      ),
      event: (mark) =>
        padded(mark, (text) => chatEvent({ tool_calls: [chatCall({}, text)] }, null)),
      closing: `${chatEvent({}, 'tool_calls')}data: [DONE]\n\n`,
    },
  },
  'openai-responses': {
    pathFor: () => '/v1/responses',
    ask: (model, padding, stream) => ({
      model,
      input: [{ role: 'user', content: 'x'.repeat(padding) }],
      store: false,
      ...(stream ? { stream } : {}),
    }),
    answer: response('completed', [responsesItem('completed', [outputText(said)])]),
    stream: {
      opening: [
        responsesEvent('response.created', { response: response('in_progress', []) }),
        responsesEvent('response.in_progress', { response: response('in_progress', []) }),
        responsesEvent('response.output_item.added', {
          output_index: 0,
          item: responsesItem('in_progress', []),
        }),
        responsesEvent('response.content_part.added', { ...partAt(), part: outputText('') }),
      ].join(''),
      event: (mark) =>
        padded(mark, (delta) =>
          responsesEvent('response.output_text.delta', { ...partAt(), delta, logprobs: [] }),
        ),
      closing: [
        responsesEvent('response.output_text.done', { ...partAt(), text: said, logprobs: [] }),
        responsesEvent('response.content_part.done', { ...partAt(), part: outputText(said) }),
        responsesEvent('response.output_item.done', {
          output_index: 0,
          item: responsesItem('completed', [outputText(said)]),
        }),
        responsesEvent('response.completed', {
          response: response('completed', [responsesItem('completed', [outputText(said)])]),
        }),
      ].join(''),
    },
    call: {
      opening: [
        responsesEvent('response.created', { response: response('in_progress', []) }),
        responsesEvent('response.output_item.added', {
          output_index: 0,
          item: responsesCall('in_progress', ''),
        }),
      ].join(''),
      event: (mark) =>
        padded(mark, (delta) =>
          responsesEvent('response.function_call_arguments.delta', {
            item_id: 'fc_bench',
            output_index: 0,
            delta,
          }),
        ),
      closing: [
        responsesEvent('response.output_item.done', {
          output_index: 0,
          item: responsesCall('completed', ''),
        }),
        responsesEvent('response.completed', {
          response: response('completed', [responsesCall('completed', '')]),
        }),
      ].join(''),
    },
  },
  'anthropic-messages': {
    pathFor: () => '/v1/messages',
    ask: (model, padding, stream) => ({
      model,
      max_tokens: 1024,
      messages: [{ role: 'user', content: 'x'.repeat(padding) }],
      ...(stream ? { stream } : {}),
    }),
    answer: message([{ type: 'text', text: said }], 'end_turn'),
    stream: {
      opening: [
        messagesEvent('message_start', { message: message([], null) }),
        messagesEvent('content_block_start', {
          index: 0,
          content_block: { type: 'text', text: '' },
        }),
      ].join(''),
      event: (mark) =>
        padded(mark, (text) =>
          messagesEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
        ),
      closing: [
        messagesEvent('content_block_stop', { index: 0 }),
        messagesEvent('message_delta', {
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: 1 },
        }),
        messagesEvent('message_stop', {}),
      ].join(''),
    },
    call: {
      opening: [
        messagesEvent('message_start', { message: message([], null) }),
        messagesEvent('content_block_start', {
          index: 0,
          content_block: { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
        }),
      ].join(''),
      event: (mark) =>
        padded(mark, (partial_json) =>
          messagesEvent('content_block_delta', {
            index: 0,
            delta: { type: 'input_json_delta', partial_json },
          }),
        ),
      closing: [
        messagesEvent('content_block_stop', { index: 0 }),
        messagesEvent('message_delta', {
          delta: { stop_reason: 'tool_use', stop_sequence: null },
          usage: { output_tokens: 1 },
        }),
        messagesEvent('message_stop', {}),
      ].join(''),
    },
  },
  'google-generate-content': {
    pathFor: (model, stream) =>
      `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    tellsCallsWhole: true,
    ask: (_model, padding) => ({
      contents: [{ role: 'user', parts: [{ text: 'x'.repeat(padding) }] }],
    }),
    answer: googleAnswer([{ text: said }], googleEnd),
    stream: {
      opening: '',
      event: (mark) => padded(mark, (text) => googleEvent([{ text }])),
      closing: googleEvent([{ text: '' }], googleEnd),
    },
    call: {
      opening: '',
      event: (mark) =>
        padded(mark, (text) => googleEvent([{ functionCall: { name: 'f', args: { text } } }])),
      closing: googleEvent([{ text: '' }], googleEnd),
    },
  },
};

function googleAnswer(parts: readonly object[], end: object = {}): object {
  const { usageMetadata, ...reason }: { usageMetadata?: object } = end;
  return {
    candidates: [{ content: { parts, role: 'model' }, ...reason, index: 0 }],
    ...(usageMetadata === undefined ? {} : { usageMetadata }),
    modelVersion: 'm',
    responseId: 'bench',
  };
}

function googleEvent(parts: readonly object[], end?: object): string {
  return `data: ${JSON.stringify(googleAnswer(parts, end))}\n\n`;
}

/** Fills the text of an event until the whole event has the common length. */
function padded(mark: string, encode: (text: string) => string): string {
  const missing = eventLength - encode(mark).length;
  return encode(`${mark}${'.'.repeat(Math.max(0, missing))}`);
}

function chatHead(object: string): object {
  return { id: 'chatcmpl-bench', object, created: 1_700_000_000, model: 'm' };
}

function chatEvent(delta: object, finishReason: string | null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ ...chatHead('chat.completion.chunk'), choices })}\n\n`;
}

function chatCall(fields: object, text: string, name?: string): object {
  return {
    index: 0,
    ...fields,
    function: { ...(name === undefined ? {} : { name }), arguments: text },
  };
}

function response(status: string, output: readonly object[]): object {
  const usage =
    status === 'completed'
      ? {
          input_tokens: 1,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: 1,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 2,
        }
      : null;
  return {
    id: 'resp_bench',
    object: 'response',
    created_at: 1_700_000_000,
    model: 'm',
    status,
    error: null,
    output,
    usage,
  };
}

function responsesItem(status: string, content: readonly object[]): object {
  return { id: 'msg_bench', type: 'message', status, role: 'assistant', content };
}

function responsesCall(status: string, text: string): object {
  return {
    id: 'fc_bench',
    type: 'function_call',
    status,
    call_id: 'call_1',
    name: 'f',
    arguments: text,
  };
}

function outputText(text: string): object {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

function partAt(): object {
  return { item_id: 'msg_bench', output_index: 0, content_index: 0 };
}

function responsesEvent(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 1, ...fields })}\n\n`;
}

function message(content: readonly object[], stopReason: string | null): object {
  return {
    id: 'msg_bench',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
}

function messagesEvent(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
