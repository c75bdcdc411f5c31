/**
 * What a broken provider may send, as arbitraries: heads, bodies and events of every protocol, cut,
 * mixed and torn.
 */

import fc from 'fast-check';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type { OddAnswer } from './odd-server.ts';

/** A protocol's well answer, in parts that may be cut, mixed and torn. */
interface WellAnswer {
  /** A whole stream, event by event. */
  readonly events: readonly string[];
  /**
   * An answer that breaks after one of these cannot be continued by another: a tool call begins, or
   * a second message.
   */
  readonly obstacles: readonly string[];
  /** The answer that is not streamed. */
  readonly whole: string;
}

function chatEvent(delta: object, finish_reason: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
}

function namedEvent(type: string, rest: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
}

const chat: WellAnswer = {
  events: [
    chatEvent({ role: 'assistant', content: '' }),
    chatEvent({ content: 'one ' }),
    chatEvent({ content: 'two ' }),
    chatEvent({}, 'stop'),
    'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n',
    'data: [DONE]\n\n',
  ],
  obstacles: [
    chatEvent({
      tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '' } }],
    }),
    chatEvent({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
  ],
  whole: '{"choices":[{"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]}',
};

const message = {
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'm',
  usage: { input_tokens: 1 },
};
const messages: WellAnswer = {
  events: [
    namedEvent('message_start', { message: { ...message, content: [] } }),
    namedEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    namedEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'one ' } }),
    namedEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'two ' } }),
    namedEvent('content_block_stop', { index: 0 }),
    namedEvent('message_delta', {
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 2 },
    }),
    namedEvent('message_stop', {}),
  ],
  obstacles: [
    namedEvent('content_block_start', {
      index: 1,
      content_block: { type: 'tool_use', id: 't', name: 'f', input: {} },
    }),
    namedEvent('content_block_delta', {
      index: 1,
      delta: { type: 'input_json_delta', partial_json: '{"a"' },
    }),
  ],
  whole: JSON.stringify({
    ...message,
    content: [{ type: 'text', text: 'whole' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  }),
};

const response = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'm',
  error: null,
  output: [],
};
const item = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'in_progress',
  content: [],
};
const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const part = (text: string): object => ({ type: 'output_text', text, annotations: [] });
const doneItem = (text: string): object => ({
  ...item,
  status: 'completed',
  content: [part(text)],
});
const completed = (text: string): object => ({
  ...response,
  status: 'completed',
  output: [doneItem(text)],
  usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
});
const responses: WellAnswer = {
  events: [
    namedEvent('response.created', { response: { ...response, status: 'in_progress' } }),
    namedEvent('response.output_item.added', { output_index: 0, item }),
    namedEvent('response.content_part.added', { ...place, part: part('') }),
    namedEvent('response.output_text.delta', { ...place, delta: 'one ' }),
    namedEvent('response.output_text.delta', { ...place, delta: 'two ' }),
    namedEvent('response.output_text.done', { ...place, text: 'one two ' }),
    namedEvent('response.content_part.done', { ...place, part: part('one two ') }),
    namedEvent('response.output_item.done', { output_index: 0, item: doneItem('one two ') }),
    namedEvent('response.completed', { response: completed('one two ') }),
  ],
  obstacles: [
    namedEvent('response.output_item.added', { output_index: 0, item }),
    namedEvent('response.output_item.added', {
      output_index: 1,
      item: { id: 'fc_1', type: 'function_call', call_id: 't', name: 'f', arguments: '' },
    }),
    namedEvent('response.function_call_arguments.delta', {
      item_id: 'fc_1',
      output_index: 1,
      delta: '{"a"',
    }),
  ],
  whole: JSON.stringify(completed('whole')),
};

const turn = (parts: readonly object[], more: object = {}): string =>
  `data: ${JSON.stringify({ candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }] })}\n\n`;
const google: WellAnswer = {
  events: [turn([{ text: 'one ' }]), turn([{ text: 'two ' }]), turn([], { finishReason: 'STOP' })],
  obstacles: [turn([{ functionCall: { name: 'f', args: {} } }])],
  whole: JSON.stringify({
    candidates: [
      { content: { parts: [{ text: 'whole' }], role: 'model' }, finishReason: 'STOP', index: 0 },
    ],
  }),
};

const wellAnswers: Readonly<Record<ProtocolName, WellAnswer>> = {
  'openai-chat': chat,
  'anthropic-messages': messages,
  'openai-responses': responses,
  'google-generate-content': google,
};

const statusLines = fc.constantFrom(
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200 OK',
  'HTTP/1.0 200',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/elsewhere',
  'HTTP/1.1 401 Unauthorized',
  'HTTP/1.1 403 Forbidden',
  'HTTP/1.1 500 Internal Server Error',
  'HTTP/1.1 503 Busy',
  'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK',
  'HTTP/1.1 599 Odd',
  'HTTP/1.1 999 Beyond',
  'HTTP/1.1 20',
  'HTTP/3 200 OK',
  'ICY 200 OK',
);
const headerLines = fc.constantFrom(
  'content-type: text/event-stream',
  'content-type: text/event-stream; charset=utf-8',
  'content-type: application/json',
  'content-type: text/html',
  'content-type: application/octet-stream',
  'content-encoding: gzip',
  'transfer-encoding: chunked',
  'transfer-encoding: gzip, chunked',
  'content-length: 7',
  'content-length: 100000',
  'content-length: -1',
  'content-length: many',
  'retry-after: 99999999999999',
  'retry-after: yesterday',
  'retry-after-ms: 1',
  'x-ratelimit-reset-requests: never',
  'set-cookie: a=b',
  'connection: upgrade\r\nupgrade: h2c',
  'no colon here',
  ': no name',
  `x-long: ${'y'.repeat(20_000)}`,
  'x-nul: a\u0000b',
);
const bodyParts = fc.constantFrom<string | Buffer>(
  'data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}\n\n',
  'data: {"choices":[null,7,{"delta":3}]}\n\n',
  'data: {"error":{"message":{"a":1}}}\n\n',
  'data: {"error":"text"}\n\n',
  'data: [1,2\n\n',
  'data: "text"\n\n',
  'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n',
  'data: {"usage":{"prompt_tokens":"many","completion_tokens":-1},"choices":[]}\n\n',
  ': comment\n\n',
  'id: 7\nretry: 1\n\n',
  '\r\n\r\n\r\n',
  '\n'.repeat(500),
  '{"choices":"no"}',
  '{"type":"message","content":"no"}',
  namedEvent('content_block_delta', { index: 7, delta: { type: 'thinking_delta', thinking: 3 } }),
  namedEvent('ping', {}),
  namedEvent('response.output_text.delta', { output_index: 9, delta: { a: 1 } }),
  namedEvent('response.failed', { response: { error: 'text' } }),
  namedEvent('response.completed', { response: 7 }),
  '{"object":"response","output":"no"}',
  '{"error":null}',
  '[{"error":7}]',
  '{"base_resp":{"status_code":1008}}',
  '<html><body>502 Bad Gateway</body></html>',
  '5\r\nhello\r\n',
  'zz\r\n',
  '0\r\n\r\n',
  Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a, 0x0a]),
  Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"é'.slice(0, -1)).subarray(0, -1),
  Buffer.alloc(70_000, 'x'),
);

const headed = fc
  .tuple(
    statusLines,
    fc.array(headerLines, { maxLength: 3 }),
    fc.constantFrom('\r\n\r\n', '\r\n\r\n', '\r\n', ''),
  )
  .map(([status, headers, end]) => Buffer.from([status, ...headers].join('\r\n') + end));
/** A head that is well, so that what follows is looked at. */
const streamHead = fc.constant(
  Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n'),
);
const bodyHead = fc.constant(
  Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n'),
);
const noHead = fc.constant(Buffer.alloc(0));

/** An answer of a protocol, well up to some event, and what may come instead of the rest. */
export function oddAnswers(
  protocol: ProtocolName,
  { withObstacles }: { readonly withObstacles: boolean },
): fc.Arbitrary<OddAnswer> {
  const { events, whole } = wellAnswers[protocol];
  const possible = eventsOfAll(withObstacles);
  return fc
    .record({
      head: fc.oneof(
        { weight: 3, arbitrary: headed },
        { weight: 5, arbitrary: streamHead },
        bodyHead,
        noHead,
      ),
      begun: fc.nat(events.length),
      parts: fc.array(
        fc.oneof(
          {
            weight: 6,
            arbitrary: fc.constantFrom(
              ...events.filter((event) => possible.includes(event)),
              whole,
            ),
          },
          { weight: 4, arbitrary: bodyParts },
          fc.constantFrom(...possible),
          fc.string(),
          fc.uint8Array(),
        ),
        { maxLength: 6 },
      ),
      keep: fc.option(fc.nat(900), { nil: undefined, freq: 2 }),
      pieces: fc.integer({ min: 1, max: 5 }),
      ending: fc.constantFrom<OddAnswer['ending']>('end', 'end', 'reset'),
      isHasty: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
    })
    .map(({ head, begun, parts, keep, pieces, ending, isHasty }) => {
      const all = [head, ...events.slice(0, begun), ...parts].map((part) => Buffer.from(part));
      return { writes: cut(Buffer.concat(all).subarray(0, keep), pieces), ending, isHasty };
    });
}

/** Also those of the other protocols: a provider may answer in the wrong one. */
function eventsOfAll(withObstacles: boolean): readonly string[] {
  const all = Object.values(wellAnswers);
  const obstacles = all.flatMap((answer) => answer.obstacles);
  const events = all
    .flatMap((answer) => answer.events)
    .filter((event) => !obstacles.includes(event));
  return withObstacles ? [...events, ...obstacles] : events;
}

function cut(bytes: Buffer, pieces: number): readonly Buffer[] {
  const length = Math.max(1, Math.ceil(bytes.length / pieces));
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  );
}
