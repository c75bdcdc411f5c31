/**
 * A request's body on the wire: byte for byte the client's but for the model, whatever its size.
 */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { ask } from './harness.ts';

interface Arrived {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const arrived: Arrived[] = [];
const connections = new Set<unknown>();
let server: Server;
let runtime: Runtime;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    connections.add(request.socket);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    arrived.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    const choices = [
      { index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' },
    ];
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ choices }));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const up = {
    base_url: `http://127.0.0.1:${port}/v1`,
    protocol: 'openai-chat',
    api_key: 'sk-test-large',
  };
  runtime = createRuntime({ config: { main: 'up/the-real-model', providers: { up } } });
});

afterAll(async () => {
  await runtime.close();
  server.close();
});

it.each([10, 30_000, 40_000, 3_000_000])(
  'sends a prompt of %i characters whole',
  async (length) => {
    const messages = [{ role: 'user', content: `${'é'.repeat(length - 3)}"}]` }];
    const answer = await ask(runtime, { temperature: 0, messages, user: 'u' });
    expect(answer.status).toBe(200);
    const { headers, body } = arrived.at(-1) ?? { headers: {}, body: '' };
    expect(body).toBe(
      JSON.stringify({ model: 'the-real-model', messages, temperature: 0, user: 'u' }),
    );
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(headers['transfer-encoding']).toBeUndefined();
  },
);

it('keeps its connections, however large what went over them', async () => {
  const content = 'x'.repeat(300_000);
  for (let sent = 0; sent < 10; sent++)
    await ask(runtime, { messages: [{ role: 'user', content }] });
  // The pool opens a second one when it is asked while it still looks after the first.
  expect(connections.size).toBeLessThanOrEqual(2);
});
