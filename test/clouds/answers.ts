/** What the imitated clouds answer, in the words of each protocol: whole, and as a stream. */

/** The text of every answer, in two pieces where it is streamed. */
export const pieces = ['hello from ', 'the cloud'] as const;
const text = pieces.join('');

export interface CloudAnswer {
  readonly type: string;
  readonly body: string;
}

type Shape = (model: string, isStreamed: boolean) => CloudAnswer;

function json(body: object): CloudAnswer {
  return { type: 'application/json', body: JSON.stringify(body) };
}

/** `named`: the events have a name, which stands in their data too. */
function events(datas: readonly object[], named: boolean, end = ''): CloudAnswer {
  const lines = datas.map((data) => {
    const name = named && 'type' in data ? `event: ${data.type}\n` : '';
    return `${name}data: ${JSON.stringify(data)}\n\n`;
  });
  return { type: 'text/event-stream', body: `${lines.join('')}${end}` };
}

const chat: Shape = (model, isStreamed) => {
  const head = { id: 'chatcmpl-cloud', created: 1_795_262_400, model };
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
  const choice = { index: 0, finish_reason: 'stop', logprobs: null };
  if (!isStreamed) {
    const message = { role: 'assistant', content: text, refusal: null };
    return json({ ...head, object: 'chat.completion', choices: [{ ...choice, message }], usage });
  }
  const chunk = (delta: object, finish_reason: string | null = null): object => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason }],
  });
  const deltas = pieces.map((content) => chunk({ content }));
  return events(
    [chunk({ role: 'assistant', content: '' }), ...deltas, chunk({}, 'stop')],
    false,
    'data: [DONE]\n\n',
  );
};

const responses: Shape = (model, isStreamed) => {
  const part = { type: 'output_text', text, annotations: [] };
  const item = { type: 'message', id: 'msg_cloud', role: 'assistant', status: 'completed' };
  const output = [{ ...item, content: [part] }];
  const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7 };
  const head = { id: 'resp_cloud', object: 'response', created_at: 1_795_262_400, model };
  const whole = { ...head, status: 'completed', error: null, output, usage };
  if (!isStreamed) return json(whole);
  const open = { ...head, status: 'in_progress', error: null, output: [], usage: null };
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  const told = [
    { type: 'response.created', response: open },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...item, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...pieces.map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
    { type: 'response.output_text.done', ...at, text },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index: 0, item: output[0] },
    { type: 'response.completed', response: whole },
  ];
  return events(
    told.map((event, index) => ({ ...event, sequence_number: index })),
    true,
  );
};

const messages: Shape = (model, isStreamed) => {
  const usage = { input_tokens: 3, output_tokens: 4 };
  const head = { id: 'msg_cloud', type: 'message', role: 'assistant', model, stop_sequence: null };
  if (!isStreamed)
    return json({ ...head, content: [{ type: 'text', text }], stop_reason: 'end_turn', usage });
  const open = { ...head, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  return events(
    [
      { type: 'message_start', message: open },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      ...pieces.map((piece) => ({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: piece },
      })),
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 4 },
      },
      { type: 'message_stop' },
    ],
    true,
  );
};

const generateContent: Shape = (model, isStreamed) => {
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 };
  const says = (said: string, finish: object): object => ({
    candidates: [{ content: { role: 'model', parts: [{ text: said }] }, index: 0, ...finish }],
    modelVersion: model,
    responseId: 'cloud',
  });
  const end = { finishReason: 'STOP' };
  if (!isStreamed) return json({ ...says(text, end), usageMetadata });
  const [first, last] = pieces;
  return events([says(first, {}), { ...says(last, end), usageMetadata }], false);
};

const messageCount: Shape = () => json({ input_tokens: 3 });
const contentCount: Shape = () => json({ totalTokens: 3, totalBillableCharacters: 5 });

export const shapes = {
  chat,
  responses,
  messages,
  generateContent,
  messageCount,
  contentCount,
};
export type ShapeName = keyof typeof shapes;
