/**
 * Nothing crashes the gateway: random requests from clients, random answers from upstream, each
 * with a seed that can be replayed.
 */

import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';

const key = `hf_test_${'f'.repeat(24)}`;
const chat = '{"model":"main","stream":STREAM,"messages":[{"role":"user","content":"hi"}]}';
let upstream: Server;
let answer: Buffer = Buffer.alloc(0);
let runtime: Runtime;
let gateway: Gateway;
const faults: string[] = [];

beforeAll(async () => {
  upstream = createServer((socket: Socket) => {
    socket.on('error', () => undefined); // the gateway may hang up at any byte
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const address = upstream.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  runtime = createRuntime({
    config: {
      main: { provider: 'odd', model: 'm' },
      max_wait: 0.2, // the upstream is odd for ever; waits have tests of their own
      providers: {
        odd: {
          base_url: `http://127.0.0.1:${port}/v1`,
          protocol: 'openai-chat',
          api_key: 'sk-test-fuzz-upstream',
        },
      },
      gateway: { port: 0 },
    },
    onEvent: (event) => {
      if (event.type === 'warning' && event.code === 'local-fault') faults.push(event.text);
    },
  });
  gateway = await startGateway({ runtime, key });
});

afterAll(async () => {
  await gateway.close();
  await runtime.close();
  upstream.close();
});

/** Pieces of real answers, cut and joined in any order, with noise between. */
const pieces = fc.constantFrom(
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 503 Busy\r\n',
  'HTTP/1.1 401 No\r\n',
  'HTTP/9.9 ???\r\n',
  'content-type: text/event-stream\r\n',
  'content-type: application/json\r\n',
  'content-length: 7\r\n',
  'content-length: 100000\r\n',
  'content-length: -1\r\n',
  'transfer-encoding: chunked\r\n',
  'retry-after: 99999999999999\r\n',
  '\r\n',
  '\n\n',
  'data: {"choices":[{"delta":{"content":"x"}}]}\n\n',
  'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n',
  'data: {"choices":[null,7,{"delta":3}]}\n\n',
  'data: {"error":{"message":{"a":1}}}\n\n',
  'data: [1,2\n\n',
  'data: [DONE]\n\n',
  '{"choices":[{"message":{"content":"whole"}}]}',
  '{"choices":"no"}',
  '{"error":null}',
  '[{"error":7}]',
  '<html>',
  '5\r\nhello\r\n',
  '0\r\n\r\n',
);
const answers = fc.array(
  fc.oneof({ weight: 6, arbitrary: pieces }, { weight: 1, arbitrary: fc.string() }),
  {
    maxLength: 12,
  },
);
const framed = fc.tuple(fc.boolean(), answers).map(([hasHead, parts]) => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n';
  return `${hasHead ? head : ''}${parts.join('')}`;
});

describe('the gateway', () => {
  it('gives one whole answer or one clean error whatever the upstream sends', {
    timeout: 120_000,
  }, async () => {
    const property = fc.asyncProperty(framed, fc.boolean(), async (bytes, isStream) => {
      answer = Buffer.from(bytes);
      const { runtime: own, gateway: fresh } = await freshGateway();
      const response = await post(fresh, chat.replace('STREAM', String(isStream)));
      const text = await response.text();
      await fresh.close();
      await own.close();
      expect([200, 400, 429]).toContain(response.status);
      if (response.status === 200 && isStream) expect(text).toMatch(/data: \[DONE\]\s*$|"error":/);
      else expect(() => JSON.parse(text)).not.toThrow();
    });
    await fc.assert(property, { numRuns: 60 });
    expect(faults).toEqual([]);
  });

  it('answers any request with a proper status and stays healthy', async () => {
    answer = Buffer.from(
      'HTTP/1.1 200 OK\r\ncontent-length: 45\r\n\r\n{"choices":[{"message":{"content":"whole"}}]}',
    );
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => `{"model":${JSON.stringify(value)}}`),
    );
    const paths = fc.constantFrom(
      '/v1/chat/completions',
      '/v1/embeddings',
      '/v1/models/%zz',
      '/v1//',
      '/chat/completions?x=%',
      '/x',
    );
    const property = fc.asyncProperty(
      paths,
      fc.constantFrom('POST', 'PUT', 'DELETE'),
      bodies,
      async (path, method, body) => {
        const response = await post(gateway, body, { path, method });
        await response.text();
        expect(response.status).toBeLessThan(500);
      },
    );
    await fc.assert(property, { numRuns: 300 });
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    expect(faults).toEqual([]);
  });

  it.each([
    'GARBAGE\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: \u0000\r\n\r\n',
    `GET / HTTP/1.1\r\nx: ${'y'.repeat(90_000)}\r\n\r\n`,
  ])('survives bytes that are no request', async (bytes) => {
    const { connect } = await import('node:net');
    await new Promise<void>((resolve) => {
      const socket = connect(gateway.port, '127.0.0.1', () => socket.end(bytes));
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      socket.resume();
    });
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });
});

/** Without history: marks of the last answer would bench the only target. */
async function freshGateway(): Promise<{ runtime: Runtime; gateway: Gateway }> {
  const provider = runtime.config().routes.get('main')?.targets[0]?.target;
  const own = createRuntime({
    config: {
      max_wait: 0.2,
      main: { provider: 'odd', model: 'm' },
      providers: {
        odd: {
          base_url: provider?.baseUrl ?? '',
          protocol: 'openai-chat',
          api_key: 'sk-test-fuzz-upstream',
        },
      },
      gateway: { port: 0 },
    },
    onEvent: (event) => {
      if (event.type === 'warning' && event.code === 'local-fault') faults.push(event.text);
    },
  });
  return { runtime: own, gateway: await startGateway({ runtime: own, key }) };
}

function post(
  to: Gateway,
  body: string,
  { path = '/v1/chat/completions', method = 'POST' } = {},
): Promise<Response> {
  return fetch(`${to.url}${path}`, { method, body, headers: { authorization: `Bearer ${key}` } });
}
