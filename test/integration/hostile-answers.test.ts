/** Answers that look well and are not, or look broken and are well, over real sockets: what the caller gets, and what it is taken for. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type Answer, ask, textOf } from './harness.ts';
import { type OddServer, startOddServer } from './odd-server.ts';
import {
  anthropicMessages,
  datasOf,
  endsWhole,
  openaiChat,
  openaiResponses,
  type Tongue,
  translatedPairs,
} from './tongues.ts';

let first: OddServer;
let second: OddServer;
let runtime: Runtime | undefined;

beforeEach(async () => {
  [first, second] = await Promise.all([startOddServer(), startOddServer()]);
});
afterEach(async () => {
  await runtime?.close();
  await Promise.all([first.close(), second.close()]);
});

/** Two providers that speak `spoken`. */
function start(spoken: Tongue): Runtime {
  const server = { protocol: spoken.protocol, auth: 'none', pace: 'quick' };
  runtime = createRuntime({
    config: {
      main: 'one/m',
      fallback_chain: ['two/m'],
      providers: { one: { ...server, base_url: first.url }, two: { ...server, base_url: second.url } },
    },
  });
  return runtime;
}

function streams(server: OddServer, ...events: readonly string[]): void {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n';
  const writes = [head, ...events.map((event) => `${event}\n\n`)].map((text) => Buffer.from(text));
  server.answer = { writes, ending: 'end', isHasty: false };
}

function answers(server: OddServer, body: string): void {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  server.answer = { writes: [Buffer.from(head + body)], ending: 'end', isHasty: false };
}

/** A stream of each protocol: before its text, two pieces of text, its finish, its marker; and a call as it begins and goes on. */
interface Pieces {
  readonly opening: readonly string[];
  readonly text: readonly string[];
  readonly closing: readonly string[];
  readonly marker: readonly string[];
  readonly call: readonly [string, string];
  readonly damaged: string;
}

const named = (fields: { readonly type: string }) => `event: ${fields.type}\ndata: ${JSON.stringify(fields)}`;
const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}`;
const calls = (more: object) => chunk({ tool_calls: [{ index: 0, ...more }] });

const chat: Pieces = {
  opening: [chunk({ role: 'assistant', content: '' })],
  text: [chunk({ content: 'all is' }), chunk({ content: ' well' })],
  closing: [chunk({}, 'stop')],
  marker: ['data: [DONE]'],
  call: [
    calls({ id: 't', type: 'function', function: { name: 'rm', arguments: '{"path":"/tmp/a' } }),
    calls({ function: { arguments: '"}' } }),
  ],
  damaged: 'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"argu',
};

const usage = { input_tokens: 3, output_tokens: 5 };
const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
const delta = (fields: object) => named({ type: 'content_block_delta', index: 0, delta: fields } as never);

const messages: Pieces = {
  opening: [
    named({
      type: 'message_start',
      message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], usage },
    } as never),
    named(block),
  ],
  text: ['all is', ' well'].map((text) => delta({ type: 'text_delta', text })),
  closing: [
    named({ type: 'content_block_stop', index: 0 } as never),
    named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage } as never),
  ],
  marker: [named({ type: 'message_stop' })],
  call: [
    named({ ...block, content_block: { type: 'tool_use', id: 't', name: 'rm', input: {} } } as never),
    delta({ type: 'input_json_delta', partial_json: '{"path":"/tmp/a' }),
  ],
  damaged: 'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"input_json',
};

const item = { type: 'message', id: 'msg', role: 'assistant', status: 'in_progress', content: [] };
const at = { item_id: 'msg', output_index: 0, content_index: 0 };
const response = { id: 'resp', object: 'response', model: 'm', created_at: 1 };
const message = {
  ...item,
  status: 'completed',
  content: [{ type: 'output_text', text: 'all is well', annotations: [] }],
};

const responses: Pieces = {
  opening: [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.content_part.added', ...at, part: { type: 'output_text', text: '', annotations: [] } },
  ].map(named),
  text: ['all is', ' well'].map((text) =>
    named({ type: 'response.output_text.delta', ...at, delta: text } as never),
  ),
  closing: [named({ type: 'response.output_item.done', output_index: 0, item: message } as never)],
  marker: [
    named({
      type: 'response.completed',
      response: { ...response, status: 'completed', output: [message], usage },
    } as never),
  ],
  call: [
    named({
      type: 'response.output_item.added',
      output_index: 0,
      item: { type: 'function_call', id: 'fc', call_id: 't', name: 'rm', arguments: '' },
    } as never),
    named({
      type: 'response.function_call_arguments.delta',
      item_id: 'fc',
      output_index: 0,
      delta: '{"path":"/tmp/a',
    } as never),
  ],
  damaged: 'event: response.function_call_arguments.delta\ndata: {"type":"response.function_call_argu',
};

const spoken: readonly (readonly [string, Tongue, Pieces])[] = [
  ['openai-chat', openaiChat, chat],
  ['openai-responses', openaiResponses, responses],
  ['anthropic-messages', anthropicMessages, messages],
];
const piecesOf = (tongue: Tongue): Pieces => spoken.find(([, known]) => known === tongue)?.[2] ?? chat;
const whole = ({ opening, text, closing, marker }: Pieces) => [...opening, ...text, ...closing, ...marker];

/** The class of the failure of each attempt, in order. */
const classes = () =>
  runtime
    ?.records()
    .at(-1)
    ?.attempts.map(({ failure }) => failure?.class);

async function stream(tongue: Tongue, asked: Tongue = tongue): Promise<Answer> {
  return ask(start(tongue), { stream: true }, { tongue: asked });
}

function errorOf(answer: Answer, tongue: Tongue): string | undefined {
  return datasOf(answer.text)
    .flatMap((data) => (data.startsWith('{') ? (tongue.readError(data)?.message ?? []) : []))
    .at(-1);
}

describe.each(spoken)('a stream of %s', (_name, tongue, pieces) => {
  const [head = '', ...rest] = whole(pieces);

  it('begins with a byte order mark: nothing of its first event is lost', async () => {
    const [one = '', ...more] =
      pieces === chat ? [...chat.text, ...chat.closing, ...chat.marker] : [head, ...rest];
    streams(first, `\uFEFF${one}`, ...more);
    const answer = await stream(tongue);
    expect([textOf(answer, tongue), classes()]).toEqual(['all is well', [undefined]]);
  });

  it.each([
    [
      'in JSON of its own',
      'event: error\ndata: {"message":"overloaded, come back","code":503}',
      'overloaded',
    ],
    ['in words', 'event: error\ndata: upstream went away', 'stream-cut'],
    [
      'between the events',
      '{"error":{"message":"The engine is currently overloaded","type":"engine_overloaded_error"}}',
      'overloaded',
    ],
  ])(
    'B38: an error %s is seen before the first content, and none of it is told',
    async (_form, event, found) => {
      streams(first, head, event);
      streams(second, ...whole(pieces));
      const answer = await stream(tongue);
      expect([textOf(answer, tongue), endsWhole(answer.text, tongue)]).toEqual(['all is well', true]);
      expect(classes()?.[0]).toBe(found);
      expect(answer.text).not.toMatch(/overloaded|went away/);
    },
  );

  it('is no whole answer with a hole in it: the next target tells what a damaged event held', async () => {
    const [one = '', two = ''] = pieces.text;
    const broken = two.slice(0, -30);
    streams(first, ...pieces.opening, one, broken, one, ...pieces.closing, ...pieces.marker);
    streams(second, ...pieces.opening, two, ...pieces.closing, ...pieces.marker);
    const answer = await stream(tongue);
    expect([textOf(answer, tongue), endsWhole(answer.text, tongue)]).toEqual(['all is well', true]);
    expect(classes()).toEqual(['malformed', undefined]);
  });

  it('that goes on with the answer begun anew in other words is not told twice: one clean error', async () => {
    const [one = ''] = pieces.text;
    const told = 'The capital of France is Par';
    streams(first, ...pieces.opening, one.replace('all is', told));
    const anew = one.replace('all is', 'Paris is the capital of France.');
    streams(second, ...pieces.opening, anew, ...pieces.closing, ...pieces.marker);
    const answer = await stream(tongue);
    expect([textOf(answer, tongue), endsWhole(answer.text, tongue)]).toEqual([told, false]);
    expect(errorOf(answer, tongue)).toContain('began the answer anew');
  });

  it('is whole where its first event is damaged: another tells it from the beginning', async () => {
    const [one = ''] = pieces.text;
    streams(
      first,
      ...pieces.opening,
      one.slice(0, -30),
      ...pieces.text.slice(1),
      ...pieces.closing,
      ...pieces.marker,
    );
    streams(second, ...whole(pieces));
    const answer = await stream(tongue);
    expect([textOf(answer, tongue), classes()]).toEqual(['all is well', ['malformed', undefined]]);
  });

  it('goes on where noise stands between its events, with a note', async () => {
    const [one = '', two = ''] = pieces.text;
    streams(first, ...pieces.opening, one, 'data: [PING]', two, ...pieces.closing, ...pieces.marker);
    const answer = await stream(tongue);
    expect([textOf(answer, tongue), classes()]).toEqual(['all is well', [undefined]]);
    expect(runtime?.records().at(-1)?.notes).toEqual(['1 malformed event(s) dropped']);
  });

  it('B35: breaks off with an error where an event of a tool call is damaged', async () => {
    streams(
      first,
      ...pieces.opening,
      pieces.call[0],
      pieces.damaged,
      pieces.call[1],
      ...pieces.closing,
      ...pieces.marker,
    );
    const answer = await stream(tongue);
    expect(endsWhole(answer.text, tongue)).toBe(false);
    expect(errorOf(answer, tongue)).toContain('in the middle of a tool call');
    expect(classes()).toEqual(['malformed']);
  });

  it('goes on where noise stands beside a tool call', async () => {
    streams(
      first,
      ...pieces.opening,
      pieces.call[0],
      'data: still here',
      ...pieces.call.slice(1),
      ...pieces.closing,
      ...pieces.marker,
    );
    const answer = await stream(tongue);
    expect([endsWhole(answer.text, tongue), classes()]).toEqual([true, [undefined]]);
  });
});

/** In `openai-responses` its end is its finish reason. */
describe.each(spoken.filter(([, { hasFinishReason }]) => hasFinishReason))(
  'a stream of %s',
  (_name, tongue, pieces) => {
    it('is not whole at its marker, where the finish reason is missing', async () => {
      const [one = '', two = ''] = pieces.text;
      streams(first, ...pieces.opening, one, ...pieces.marker);
      streams(second, ...pieces.opening, two, ...pieces.closing, ...pieces.marker);
      const answer = await stream(tongue);
      expect([textOf(answer, tongue), endsWhole(answer.text, tongue)]).toEqual(['all is well', true]);
      expect(classes()?.[0]).toBe('stream-cut');
    });

    it('is whole where an event behind its finish reason is damaged', async () => {
      streams(
        first,
        ...pieces.opening,
        ...pieces.text,
        ...pieces.closing,
        'data: {"usage":{"prompt',
        ...pieces.marker,
      );
      const answer = await stream(tongue);
      expect([textOf(answer, tongue), classes()]).toEqual(['all is well', [undefined]]);
    });

    it('is whole where an error comes after its finish reason', async () => {
      streams(
        first,
        ...pieces.opening,
        ...pieces.text,
        ...pieces.closing,
        'data: {"error":{"message":"no usage today"}}',
      );
      const answer = await stream(tongue);
      expect([textOf(answer, tongue), classes()]).toEqual(['all is well', [undefined]]);
      expect(endsWhole(answer.text, tongue)).toBe(true);
      expect(runtime?.records().at(-1)?.notes?.join()).toContain('no usage today');
    });
  },
);

describe.each(translatedPairs)('%s', (_name, { asked, spoken: target }) => {
  it('B35: half a tool call is none, where one of its events is damaged', async () => {
    const pieces = piecesOf(target);
    streams(
      first,
      ...pieces.opening,
      pieces.call[0],
      pieces.damaged,
      pieces.call[1],
      ...pieces.closing,
      ...pieces.marker,
    );
    streams(second, ...whole(pieces));
    const answer = await stream(target, asked);
    const isClean = errorOf(answer, asked)?.includes('in the middle of a tool call') ?? false;
    expect(isClean || textOf(answer, asked) === 'all is well').toBe(true);
    expect(answer.text).not.toContain('\\"}"');
  });
});

/** An event in which `from` stands, with `to` in its place. */
function changed(event: string, from: string, to: string): string {
  expect(event).toContain(from);
  return event.replace(from, to);
}

describe('a stream that is translated', () => {
  it.each([
    ['names another role', openaiChat, '"delta":{', '"delta":{"role":"model",'],
    ['counts in words', openaiChat, '"model":"m"', '"model":"m","usage":{"prompt_tokens":"3"}'],
    ['has no index', anthropicMessages, '"index":0,', ''],
    ['has no item', openaiResponses, '"item_id":"msg",', ''],
  ])('has no hole where an event that the package refuses %s', async (_name, target, from, to) => {
    const { opening, text, closing, marker } = piecesOf(target);
    const [one = '', two = ''] = text;
    streams(first, ...opening, one, changed(two, from, to), ...closing, ...marker);
    streams(second, ...opening, two, ...closing, ...marker);
    const asked = target === openaiChat ? anthropicMessages : openaiChat;
    const answer = await stream(target, asked);
    expect([textOf(answer, asked), endsWhole(answer.text, asked)]).toEqual(['all is well', true]);
    expect(classes()).toEqual(['malformed', undefined]);
  });

  it('goes on where the package refuses an event of a kind that nobody knows', async () => {
    const { opening, text, closing, marker } = messages;
    streams(first, ...opening, ...text, 'data: {"type":"content_block_hint"}', ...closing, ...marker);
    const answer = await stream(anthropicMessages, openaiChat);
    expect([textOf(answer, openaiChat), classes()]).toEqual(['all is well', [undefined]]);
  });
});

describe('an answer with an "error" that says nothing', () => {
  it.each(['""', 'false', '{}', '[]', '0', 'null'])('is an answer: %s', async (nothing) => {
    const choices = '[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}]';
    answers(first, `{"id":"x","error":${nothing},"choices":${choices}}`);
    const answer = await ask(start(openaiChat));
    expect([answer.text.includes('fine'), classes()]).toEqual([true, [undefined]]);
  });
});
