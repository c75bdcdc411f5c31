/**
 * No bytes that a client sends crash the gateway, hang a connection, or get an answer out of shape.
 * Failures replay by their seed.
 */

import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const key = `hf_test_${'q'.repeat(24)}`;
const atOnce = 16;
const faults: string[] = [];
let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  runtime = createRuntime({
    config: {
      main: { provider: 'sim', model: 'sim/echo' },
      providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
      gateway: { port: 0, allowed_origins: ['https://page.test'] },
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
  await sim.close();
});

const chat = '{"model":"main","stream":true,"messages":[{"role":"user","content":"hi"}]}';
const common = `host: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n`;
const requests = fc.constantFrom(
  `POST /v1/chat/completions HTTP/1.1\r\n${common}content-length: ${chat.length}\r\n\r\n${chat}`,
  `POST /v1/chat/completions HTTP/1.1\r\n${common}transfer-encoding: chunked\r\n\r\n${chat.length.toString(16)}\r\n${chat}\r\n0\r\n\r\n`,
  `POST /v1/embeddings?x=1 HTTP/1.1\r\n${common}content-length: 30\r\n\r\n{"model":"sim/e","input":["a"]}`,
  `POST /chat/completions HTTP/1.0\r\n${common}content-length: ${chat.length}\r\n\r\n${chat}`,
  `GET /v1/models HTTP/1.1\r\n${common}\r\n`,
  `GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /readyz HTTP/1.1\r\nhost: x\r\n\r\n`,
  `OPTIONS /v1/models HTTP/1.1\r\nhost: localhost\r\norigin: https://page.test\r\n\r\n`,
  `GET /v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
  `POST /v1/chat/completions HTTP/1.1\r\n${common}expect: 100-continue\r\ncontent-length: 9999999999\r\n\r\n`,
);

type Change = (bytes: Buffer) => Buffer;
const at = (bytes: Buffer, share: number): number => Math.floor(share * bytes.length);
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const noise = fc.oneof(
  fc.constantFrom(
    '\r\n',
    '\r\n\r\n',
    '\u0000',
    ' ',
    ':',
    'content-length: 5\r\n',
    'transfer-encoding: chunked\r\n',
    'expect: 200-maybe\r\n',
  ),
  fc.constantFrom(
    '{',
    '}',
    '"',
    '\\',
    '[',
    '\\ud800',
    '{"model":"main"}',
    'x'.repeat(20_000),
    '\u2028',
  ),
  fc.string(),
);
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>((bytes) => bytes),
  share.map(
    (where): Change =>
      (bytes) =>
        bytes.subarray(0, at(bytes, where)),
  ),
  fc.tuple(share, noise).map(
    ([where, text]): Change =>
      (bytes) => {
        const place = at(bytes, where);
        return Buffer.concat([bytes.subarray(0, place), Buffer.from(text), bytes.subarray(place)]);
      },
  ),
  fc.tuple(share, fc.nat(255)).map(
    ([where, value]): Change =>
      (bytes) => {
        const changed = Buffer.from(bytes);
        changed[at(bytes, where)] = value;
        return changed;
      },
  ),
  fc.tuple(share, share).map(
    ([from, to]): Change =>
      (bytes) => {
        const [start, end] = [at(bytes, Math.min(from, to)), at(bytes, Math.max(from, to))];
        return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
      },
  ),
  fc.constant<Change>((bytes) => Buffer.concat([bytes, bytes])),
);

const visits = fc.record({
  bytes: fc
    .tuple(requests, fc.array(changes, { maxLength: 3 }))
    .map(([request, made]) =>
      made.reduce<Buffer>((bytes, change) => change(bytes), Buffer.from(request)),
    ),
  split: share,
  isAbrupt: fc.boolean(),
});

/**
 * Sends the bytes in two pieces and says that no more come; resolves with all that came back once
 * the gateway hung up.
 */
function visit({
  bytes,
  split,
  isAbrupt,
}: {
  bytes: Buffer;
  split: number;
  isAbrupt: boolean;
}): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
    });
    socket.on('error', () => undefined); // a reset is an end, too
    socket.on('close', () => resolve(isAbrupt ? '' : heard));
    socket.on('connect', () => {
      socket.write(bytes.subarray(0, at(bytes, split)));
      setImmediate(() => {
        socket.write(bytes.subarray(at(bytes, split)));
        if (isAbrupt) socket.resetAndDestroy();
        else socket.end();
      });
    });
  });
}

describe('whatever a client sends', () => {
  it('is answered in shape or not at all, every connection ends, and the gateway goes on', async () => {
    const property = fc.asyncProperty(
      fc.array(visits, { minLength: atOnce, maxLength: atOnce }),
      async (batch) => {
        for (const heard of await Promise.all(batch.map(visit))) {
          if (heard === '') continue;
          expect(heard).toMatch(
            /^HTTP\/1\.1 (100|200|204|400|401|403|404|405|408|413|417|426|429|431) /,
          );
          expect(heard).not.toMatch(/^HTTP\/1\.1 5/m);
          expect(heard).not.toContain(key);
        }
        expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
        await expect.poll(() => gateway.inflight(), { interval: 5, timeout: 10_000 }).toBe(0);
        expect(faults).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 500 });
  });
});
