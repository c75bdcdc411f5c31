/** Nothing that a provider sends crashes the gateway or leaves a client without an answer in shape. Failures replay by their seed. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type OddAnswer, type OddServer, startOddServer } from './odd-server.ts';

const key = `hf_test_${'o'.repeat(24)}`;
/** Answers that are tried side by side: their backoffs overlap. */
const atOnce = 16;

let sim: SimulatedProvider;
let servers: readonly OddServer[];
beforeAll(async () => {
  sim = await startSimulatedProvider();
  servers = await Promise.all(Array.from({ length: atOnce }, () => startOddServer()));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await sim.close();
});

const text = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const whole = '{"choices":[{"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]}';

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
  text('one '),
  text('two '),
  finish,
  'data: [DONE]\n\n',
  whole,
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

/** What a well answer is made of; so often that some reach their first content, and then break. */
const goodParts = fc.constantFrom<string | Buffer>(
  text('one '),
  text('two '),
  text('three '),
  finish,
  'data: [DONE]\n\n',
  whole,
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

const odd: fc.Arbitrary<OddAnswer> = fc
  .record({
    head: fc.oneof({ weight: 4, arbitrary: headed }, { weight: 4, arbitrary: streamHead }, bodyHead, noHead),
    parts: fc.array(
      fc.oneof(
        { weight: 9, arbitrary: goodParts },
        { weight: 3, arbitrary: bodyParts },
        fc.string(),
        fc.uint8Array(),
      ),
      { maxLength: 8 },
    ),
    keep: fc.option(fc.nat(600), { nil: undefined, freq: 2 }),
    pieces: fc.integer({ min: 1, max: 5 }),
    ending: fc.constantFrom<OddAnswer['ending']>('end', 'end', 'reset'),
    isHasty: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map(({ head, parts, keep, pieces, ending, isHasty }) => {
    const bytes = Buffer.concat([head, ...parts.map((part) => Buffer.from(part))]).subarray(0, keep);
    return { writes: cut(bytes, pieces), ending, isHasty };
  });

function cut(bytes: Buffer, pieces: number): readonly Buffer[] {
  const length = Math.max(1, Math.ceil(bytes.length / pieces));
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  );
}

interface Asked {
  readonly model: string;
  readonly stream: boolean;
}

/** A fresh engine: marks of the last answers would bench their servers. */
async function withGateway<T>(
  hasFallback: boolean,
  use: (gateway: Gateway, faults: readonly string[]) => Promise<T>,
): Promise<T> {
  const faults: string[] = [];
  const names = servers.map(({ url }, index) => [
    `p${index}`,
    { base_url: url, protocol: 'openai-chat', auth: 'none' },
  ]);
  const tasks = servers.map((_, index) => [
    `t${index}`,
    { provider: `p${index}`, model: 'm', fallback: 'main' },
  ]);
  const runtime: Runtime = createRuntime({
    config: {
      main: 'good/sim/echo',
      stream_recovery: hasFallback ? 'continue' : 'error',
      providers: {
        good: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' },
        ...Object.fromEntries(names),
      },
      // A model that heads a task's route takes that route: without tasks there is no way out.
      auxiliary: hasFallback ? Object.fromEntries(tasks) : {},
      gateway: { port: 0 },
    },
    onEvent: (event) => {
      if (event.type === 'warning' && event.code === 'local-fault') faults.push(event.text);
    },
  });
  const gateway = await startGateway({ runtime, key });
  try {
    return await use(gateway, faults);
  } finally {
    await gateway.close();
    await runtime.close();
  }
}

async function ask(gateway: Gateway, { model, stream }: Asked): Promise<{ status: number; text: string }> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'hi' }] }),
  });
  return { status: response.status, text: await response.text() };
}

/** The shape that every client of the protocol can read: a whole answer, a whole stream, or one error. */
function judge({ status, text: body }: { status: number; text: string }, stream: boolean): string {
  if (status !== 200) {
    expect([400, 404, 408, 413, 422, 429]).toContain(status);
    expect(JSON.parse(body)).toHaveProperty('error');
    return 'error';
  }
  if (!stream) {
    expect(JSON.parse(body)).toHaveProperty('choices');
    return 'answer';
  }
  const data = body
    .split(/\r\n\r\n|\n\n|\r\r/)
    .flatMap((event) => (/^data:/m.test(event) ? [event.replace(/^[\s\S]*?data: ?/, '')] : []));
  const last = data.at(-1) ?? '';
  expect(data.slice(0, -1)).not.toContain('[DONE]');
  if (last.trim() === '[DONE]') return 'answer';
  expect(JSON.parse(last)).toHaveProperty('error');
  return 'error';
}

describe('whatever a provider sends', () => {
  const batch = fc.array(odd, { minLength: atOnce, maxLength: atOnce });

  it.each([true, false])('the caller gets an answer in shape (stream: %s)', async (stream) => {
    const property = fc.asyncProperty(batch, (answers) =>
      withGateway(false, async (gateway, faults) => {
        for (const [index, server] of servers.entries()) server.answer = answers[index] ?? server.answer;
        const given = await Promise.all(
          servers.map((_, index) => ask(gateway, { model: `p${index}/m`, stream })),
        );
        for (const answer of given) judge(answer, stream);
        expect(faults).toEqual([]);
        expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
      }),
    );
    await fc.assert(property, { numRuns: 12 });
  });

  it.each([true, false])('a healthy fallback answers to the end (stream: %s)', async (stream) => {
    const property = fc.asyncProperty(batch, (answers) =>
      withGateway(true, async (gateway, faults) => {
        for (const [index, server] of servers.entries()) server.answer = answers[index] ?? server.answer;
        const given = await Promise.all(
          servers.map((_, index) => ask(gateway, { model: `t${index}`, stream })),
        );
        expect(given.map((answer) => judge(answer, stream))).toEqual(given.map(() => 'answer'));
        expect(faults).toEqual([]);
      }),
    );
    await fc.assert(property, { numRuns: 12 });
  });
});
