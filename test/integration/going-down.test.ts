/** A gateway that goes down: who was there gets an answer, told twice at least a last word. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../src/gateway/index.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';

let provider: Server;
const key = `hf_test_${'g'.repeat(24)}`;
let runtime: Runtime;
let gateway: Gateway;

beforeEach(async () => {
  provider = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[{"index":0,"delta":{"content":"begun"}}]}\n\n');
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const one = { base_url: `http://127.0.0.1:${port}/v1`, protocol: 'openai-chat', auth: 'none' };
  runtime = createRuntime({ config: { main: 'one/m', providers: { one }, gateway: { port: 0 } } });
  gateway = await startGateway({ runtime, key });
});

afterEach(async () => {
  await runtime.close();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
});

function begin(stream: boolean): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'main', stream, messages: [{ role: 'user', content: 'hello' }] }),
  });
}

it('a stream ends with one error in band, an answer that has not begun with one of its own', async () => {
  const streamed = await begin(true);
  const whole = begin(false);
  while (gateway.inflight() < 2) await new Promise(setImmediate);
  const closed = gateway.close();
  gateway.abort();
  const text = await streamed.text();
  expect(text).toMatch(/"content":"begun"[\s\S]*data: \{"error":.*going down/);
  const refused = await whole;
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  await closed;
});

it('what it cut off is recorded as failed, by a fault of ours', async () => {
  const streamed = await begin(true);
  const closed = gateway.close();
  gateway.abort();
  await streamed.text();
  await closed;
  const id = streamed.headers.get('x-holdfast-request-id') ?? '';
  const record = runtime.records().find((one) => one.id === id);
  expect(record).toMatchObject({
    outcome: 'failed',
    cause: 'local',
    notes: ['the gateway went down before the answer had ended'],
  });
});

it('a stream that is ended has one id, in its head and in its error', async () => {
  const streamed = await fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'main',
      stream: true,
      max_tokens: 9,
      messages: [{ role: 'user', content: 'hello' }],
    }),
  });
  const closed = gateway.close();
  gateway.abort();
  const id = streamed.headers.get('x-holdfast-request-id');
  expect(id).toMatch(/^hfr_/);
  expect(await streamed.text()).toContain(`"request_id":"${id}"`);
  await closed;
});

/** A request in parts, so that a test can go on with it when the gateway goes down. */
async function connectToGateway(): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect({ host: '127.0.0.1', port: gateway.port });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  const answer = new Promise<string>((resolve, reject) => {
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  await once(socket, 'connect');
  await isTaken(); // a later connection was taken, so this one was too
  return { socket, answer };
}

const isTaken = async (): Promise<unknown> => (await fetch(`${gateway.url}/healthz`)).text();

const question = JSON.stringify({ model: 'main', messages: [] });
const head = (more = ''): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n${more}content-length: ${question.length}\r\n\r\n`;

it('a connection that was just made is answered, and then closed', async () => {
  const { socket, answer } = await connectToGateway();
  const closed = gateway.close();
  socket.write(head() + question);
  expect(await answer).toMatch(/^HTTP\/1\.1 4\d\d [\s\S]*\r\nconnection: close\r\n/i);
  await closed;
});

it('a body that is still arriving is waited for', async () => {
  const slow = await connectToGateway();
  slow.socket.write(head(`authorization: Bearer ${key}\r\n`));
  await isTaken();
  const closed = gateway.close();
  await sleep(1200); // a connection without a request has a second
  slow.socket.write(question);
  while (gateway.inflight() === 0) await new Promise(setImmediate);
  gateway.abort();
  expect(await slow.answer).toMatch(/^HTTP\/1\.1 429 [\s\S]*going down/);
  await closed;
});

it.each([
  ['its end', 0.2, () => undefined],
  ['a second signal', 600, () => gateway.abort()],
])(
  'before it drains, it says that it is not ready and takes requests, until %s',
  async (_what, delay, end) => {
    const { url: earlier } = gateway;
    await gateway.close();
    const delayed = createRuntime({
      config: {
        main: 'none/m',
        providers: {
          none: { base_url: 'http://127.0.0.1:1/v1', protocol: 'openai-chat', auth: 'none' },
        },
        gateway: { port: 0, drain_delay: delay },
      },
    });
    gateway = await startGateway({ runtime: delayed, key });
    expect(gateway.url).not.toBe(earlier);
    const ready = () => fetch(`${gateway.url}/readyz`);
    expect((await ready()).status).toBe(200);
    const closed = gateway.close();
    const asked = await ready();
    expect([asked.status, asked.headers.get('connection')]).toEqual([503, 'close']);
    const listed = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(listed.status).toBe(200);
    end();
    await closed;
    await expect(ready()).rejects.toThrow();
    await delayed.close();
  },
);
