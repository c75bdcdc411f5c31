/** A gateway that is told twice to end: every answer under way gets its last word. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
