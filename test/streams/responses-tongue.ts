/** How a tale is told, and what was told is understood, in `openai-responses`. */

import { ResponseStream } from 'openai/lib/responses/ResponseStream';
import { type Delta, type Tale, type Told, type Tongue, textOfContent } from './tongue.ts';

export const responsesTongue: Tongue = {
  protocol: 'openai-responses',
  path: '/v1/responses',
  body: { input: 'tell' },
  callMark: '"function_call"',
  bytesOf: tellInResponses,
  findPartial: (body) => {
    const { input } = JSON.parse(body);
    if (!Array.isArray(input)) return undefined;
    const found = [input.at(-1), input.at(-2)].find((item) => item?.role === 'assistant');
    return textOfContent(found?.content);
  },
  read,
};

type Event = Readonly<Record<string, unknown>>;

/** An item of the answer with the events inside of it. */
interface Item {
  readonly whole: Event;
  readonly begun: Event;
  readonly inner: readonly Event[];
}

function tellInResponses({ deltas, finish }: Tale, isRest: boolean): Buffer {
  const name = isRest ? 'rest' : 'first';
  const head = { id: `resp_${name}`, object: 'response', created_at: 1, model: 'm' };
  const items = [
    tellReasoning(name, textsOf(deltas, 'reasoning_content')),
    tellMessage(name, textsOf(deltas, 'content')),
    tellCall(name, deltas),
  ].flatMap((item) => item ?? []);
  const usage = {
    input_tokens: 3,
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 1 },
  };
  const output = items.map(({ whole }) => whole);
  const status = finish === 'length' ? 'incomplete' : 'completed';
  const events = [
    { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } },
    { type: 'response.in_progress', response: { ...head, status: 'in_progress', output: [] } },
    ...items.flatMap(tellItem),
    { type: `response.${status}`, response: { ...head, status, output, usage } },
  ];
  return Buffer.from(events.map(encode).join(''));
}

function encode(event: Event, number: number): string {
  const { type, ...fields } = event;
  return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, ...fields })}\n\n`;
}

function textsOf(deltas: readonly Delta[], field: string): readonly string[] {
  return deltas.flatMap((delta) => (typeof delta[field] === 'string' ? [delta[field]] : []));
}

function tellItem({ whole, begun, inner }: Item, index: number): readonly Event[] {
  const at = { output_index: index };
  return [
    { type: 'response.output_item.added', ...at, item: begun },
    ...inner.map((event) => ({ ...event, ...at, item_id: whole['id'] })),
    { type: 'response.output_item.done', ...at, item: whole },
  ];
}

function tellReasoning(name: string, texts: readonly string[]): Item | undefined {
  if (texts.length === 0) return undefined;
  const item = { id: `rs_${name}`, type: 'reasoning' };
  const at = { summary_index: 0 };
  const text = texts.join('');
  const part = { type: 'summary_text', text: '' };
  return {
    begun: { ...item, summary: [] },
    whole: { ...item, summary: [{ ...part, text }] },
    inner: [
      { type: 'response.reasoning_summary_part.added', ...at, part },
      ...texts.map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
      { type: 'response.reasoning_summary_text.done', ...at, text },
      { type: 'response.reasoning_summary_part.done', ...at, part: { ...part, text } },
    ],
  };
}

function tellMessage(name: string, texts: readonly string[]): Item | undefined {
  if (texts.length === 0) return undefined;
  const item = { id: `msg_${name}`, type: 'message', role: 'assistant' };
  const at = { content_index: 0 };
  const text = texts.join('');
  const part = { type: 'output_text', annotations: [], text: '' };
  return {
    begun: { ...item, status: 'in_progress', content: [] },
    whole: { ...item, status: 'completed', content: [{ ...part, text }] },
    inner: [
      { type: 'response.content_part.added', ...at, part },
      ...texts.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
      { type: 'response.output_text.done', ...at, text, logprobs: [] },
      { type: 'response.content_part.done', ...at, part: { ...part, text } },
    ],
  };
}

function tellCall(name: string, deltas: readonly Delta[]): Item | undefined {
  const pieces = deltas.flatMap(({ tool_calls: calls }) => (Array.isArray(calls) ? calls : []));
  if (pieces.length === 0) return undefined;
  const item = { id: `fc_${name}`, type: 'function_call', call_id: 'call_1', name: 'look_up' };
  const texts = pieces.map(({ function: { arguments: text } }) => text);
  const text = texts.join('');
  return {
    begun: { ...item, status: 'in_progress', arguments: '' },
    whole: { ...item, status: 'completed', arguments: text },
    inner: [
      ...texts.map((delta) => ({ type: 'response.function_call_arguments.delta', delta })),
      { type: 'response.function_call_arguments.done', arguments: text },
    ],
  };
}

function read(got: string): Told {
  const frames = got.split('\n\n').filter((frame) => frame.includes('data: '));
  const events: readonly StreamedEvent[] = frames.map((frame) =>
    JSON.parse(frame.slice(frame.indexOf('data: ') + 'data: '.length)),
  );
  const join = (type: string): string =>
    events.flatMap((event) => (event.type === type ? [event.delta] : [])).join('');
  const ends = events.filter(({ type }) => /^response\.(completed|incomplete)$/.test(type));
  const errors = events.filter(({ type }) => type === 'response.failed');
  return {
    text: join('response.output_text.delta'),
    reasoning: join('response.reasoning_summary_text.delta'),
    input: join('response.function_call_arguments.delta'),
    finishes: ends.map(finishOf),
    errors: errors.length,
    markers: ends.length,
    isErrorLast: events.at(-1)?.type === 'response.failed' && events.at(-2)?.type === 'error',
    isMarkerLast: events.at(-1) === ends[0],
    oddities: [
      ...findOddities(events),
      ...(ends[0] === undefined ? [] : findMismatch(events, ends[0])),
    ],
  };
}

/** An event of a test's own stream. */
interface StreamedEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly delta: string;
  readonly item: StreamedItem;
  readonly response?: { readonly id: string; readonly output: readonly StreamedItem[] };
}

interface StreamedItem {
  readonly type: string;
  readonly content?: readonly { readonly text: string }[];
}

function finishOf({ type, response }: StreamedEvent): string {
  if (type === 'response.incomplete') return 'length';
  return response?.output.some((item) => item.type === 'function_call') ? 'tool_calls' : 'stop';
}

/** Numbers grow by one, and there is one id. */
function findOddities(events: readonly StreamedEvent[]): readonly string[] {
  const numbers = events.map(({ sequence_number: number }) => number);
  const ids = new Set(
    events.flatMap(({ response }) => (response === undefined ? [] : [response.id])),
  );
  return [
    ...(numbers.every((number, index) => number === index) ? [] : [`numbers: ${numbers.join()}`]),
    ...(ids.size <= 1 ? [] : [`ids: ${[...ids].join()}`]),
  ];
}

/** What the last event says the answer is must be what the events before it said. */
function findMismatch(
  events: readonly StreamedEvent[],
  { response }: StreamedEvent,
): readonly string[] {
  const { output = [] } = response ?? {};
  const done = events.filter(({ type }) => type === 'response.output_item.done');
  const ofItems = JSON.stringify(done.map(({ item }) => item));
  const texts = output.flatMap(({ type, content = [] }) => (type === 'message' ? content : []));
  const text = texts.map((part) => part.text).join('');
  const deltas = events.flatMap((event) =>
    event.type === 'response.output_text.delta' ? [event.delta] : [],
  );
  return [
    ...(ofItems === JSON.stringify(output) ? [] : [`output: ${JSON.stringify(output)}`]),
    ...(text === deltas.join('') ? [] : [`text of the output: ${text}`]),
  ];
}

/** What OpenAI's own accumulator makes of it; rejects where it finds the events inconsistent. */
export async function accumulate(got: string): Promise<string> {
  const lines = got
    .split('\n\n')
    .filter((frame) => frame.includes('data: '))
    .map((frame) => `${frame.slice(frame.indexOf('data: ') + 'data: '.length)}\n`);
  const stream = ResponseStream.fromReadableStream(new Blob(lines).stream());
  return (await stream.finalResponse()).output_text;
}
