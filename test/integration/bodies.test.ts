/**
 * Bodies that are too large, one by one or together: refused before they have arrived, and heard by
 * whoever sends them.
 */

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import type { EventListener } from '../../src/model/events.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { sendRaw } from './raw-request.ts';

const key = `hf_test_${'b'.repeat(24)}`;
const chat = '/v1/chat/completions';
const hi = '"messages":[{"role":"user","content":"hi"}]';
const head = (length: string): string =>
  `POST ${chat} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n${length}\r\n\r\n`;

let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  ({ runtime, gateway } = await start({}));
});

afterAll(async () => {
  await gateway.close();
  await runtime.close();
  await sim.close();
});

async function start(
  settings: object,
  onEvent?: EventListener,
): Promise<{ runtime: Runtime; gateway: Gateway }> {
  const own = createRuntime({
    ...(onEvent && { onEvent }),
    config: {
      main: { provider: 'sim', model: 'sim/echo' },
      providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
      gateway: { port: 0, ...settings },
    },
  });
  return { runtime: own, gateway: await startGateway({ runtime: own, key }) };
}

describe('a body over 64 MB', () => {
  const megabyte = Buffer.alloc(1024 * 1024, 0x20);

  function* chunked(megabytes: number): Iterable<string | Buffer> {
    yield head('transfer-encoding: chunked');
    for (let sent = 0; sent < megabytes; sent++) {
      yield '100000\r\n';
      yield megabyte;
      yield '\r\n';
    }
    yield '0\r\n\r\n';
  }

  function* announced(megabytes: number): Iterable<string | Buffer> {
    yield head(`content-length: ${megabytes * megabyte.length}`);
    for (let sent = 0; sent < megabytes; sent++) yield megabyte;
  }

  it.each([
    ['announced', announced],
    ['chunked', chunked],
  ])('is refused with 413 when %s, and its sender hears so', async (_name, write) => {
    const { status, body } = await sendRaw(gateway.port, write(80));
    expect(status).toBe(413);
    expect(JSON.parse(body).error).toMatchObject({
      code: 'body_too_large',
      message: expect.stringMatching(/64 MB.*To fix: send less/),
    });
  });

  it('is refused before a byte of it when the sender asks first', async () => {
    const { status } = await sendRaw(gateway.port, [
      head(`expect: 100-continue\r\ncontent-length: ${2 ** 30}`),
    ]);
    expect(status).toBe(413);
  });

  it('is told once, though its sender hangs up when it has read the refusal', async () => {
    const events: string[] = [];
    const other = await start({}, (event) => event.type === 'warning' && events.push(event.text));
    const socket = connect(other.gateway.port, '127.0.0.1');
    socket.on('data', () => socket.end());
    socket.write(head(`content-length: ${80 * megabyte.length}`));
    await once(socket, 'close');
    await other.gateway.close();
    await other.runtime.close();
    expect(events.filter((text) => text.includes('refused as'))).toEqual([
      expect.stringContaining('larger than 64 MB'),
    ]);
  });

  it('of 64 MB is let through to the engine', async () => {
    const { status, body } = await sendRaw(gateway.port, announced(64));
    expect([status, JSON.parse(body).error.code]).toEqual([400, 'request_invalid']);
  });
});

describe('more bytes than gateway.max_inflight_bytes', () => {
  const limit = 2 * 1024 * 1024;
  let small: Gateway;
  let own: Runtime;
  beforeAll(async () => {
    ({ runtime: own, gateway: small } = await start({ max_inflight_bytes: limit }));
  });
  afterAll(async () => {
    await small.close();
    await own.close();
  });

  const complete = `{"model":"main",${hi}}`;
  const ask = (): ReturnType<typeof sendRaw> =>
    sendRaw(small.port, [head(`content-length: ${complete.length}`), complete]);

  it('of one request are refused for good, and their room is free again', async () => {
    const answer = await sendRaw(small.port, [
      head(`content-length: ${limit + 1}`),
      Buffer.alloc(limit + 1),
    ]);
    expect([answer.status, answer.headers['retry-after']]).toEqual([413, undefined]);
    expect(JSON.parse(answer.body).error).toMatchObject({
      code: 'body_too_large',
      message: expect.stringMatching(
        new RegExp(`takes ${limit + 1} bytes, and .* ${limit} .*raise gateway.max_inflight_bytes`),
      ),
    });
    expect((await ask()).status).toBe(200);
  });

  it('are counted with what is made of a body that is translated', async () => {
    const words = 'word '.repeat(100_000);
    const body = `{"model":"main","max_tokens":9,"messages":[{"role":"user","content":"${words}"}]}`;
    const ask = (path: string): ReturnType<typeof sendRaw> =>
      sendRaw(small.port, [head(`content-length: ${body.length}`).replace(chat, path), body]);
    expect((await ask(chat)).status).toBe(200);
    const answer = await ask('/v1/messages');
    expect(answer).toMatchObject({ status: 413 });
    expect(JSON.parse(answer.body).error).toMatchObject({
      message: expect.stringContaining('gateway.max_inflight_bytes'),
    });
    expect((await ask(chat)).status).toBe(200);
  });

  it('of a body that is translated are given back when it is answered', async () => {
    const words = 'word '.repeat(60_000);
    const body = `{"model":"main","max_tokens":9,"messages":[{"role":"user","content":"${words}"}]}`;
    for (let time = 0; time < 5; time++) {
      const request = head(`content-length: ${body.length}`).replace(chat, '/v1/messages');
      expect((await sendRaw(small.port, [request, body])).status).toBe(200);
    }
  });

  it('count from when they are announced until their sender hangs up', async () => {
    const slow = connect(small.port, '127.0.0.1');
    slow.on('error', () => undefined); // it hangs up itself
    slow.write(head(`expect: 100-continue\r\ncontent-length: ${limit}`));
    const invited = await new Promise((resolve) => {
      slow.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    });
    expect(invited).toMatch(/^HTTP\/1.1 100 /);
    const refused = await ask();
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect(JSON.parse(refused.body).error).toMatchObject({
      code: 'busy',
      message: expect.stringContaining('gateway.max_inflight_bytes'),
    });
    slow.destroy();
    await expect.poll(async () => (await ask()).status, { interval: 5, timeout: 10_000 }).toBe(200);
  });
});
