/**
 * A caller who has closed his sending side gets his answer; one who has gone altogether does not
 * hold his provider.
 */

import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Gateway, startGateway } from '../../src/gateway/index.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';

const key = `hf_test_${'h'.repeat(24)}`;
let provider: Server;
/** Lets the provider go on with its answer. */
let goOn: PromiseWithResolvers<void>;
let hungUp: boolean;
let runtime: Runtime;
let gateway: Gateway;

const begun = 'data: {"choices":[{"index":0,"delta":{"content":"begun"}}]}\n\n';
const rest =
  'data: {"choices":[{"index":0,"delta":{"content":" and over"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const whole =
  '{"choices":[{"index":0,"message":{"role":"assistant","content":"over"},"finish_reason":"stop"}]}';

beforeEach(async () => {
  goOn = Promise.withResolvers();
  hungUp = false;
  provider = createServer(async (request, response) => {
    response.on('close', () => {
      hungUp = !response.writableFinished;
    });
    const [body] = await request.toArray();
    const isStream = String(body).includes('"stream":true');
    response.writeHead(200, {
      'content-type': isStream ? 'text/event-stream' : 'application/json',
    });
    response.write(isStream ? begun : ' ');
    await goOn.promise;
    response.end(isStream ? rest : whole);
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const one = { base_url: `http://127.0.0.1:${port}/v1`, protocol: 'openai-chat', auth: 'none' };
  runtime = createRuntime({ config: { main: 'one/m', providers: { one }, gateway: { port: 0 } } });
  gateway = await startGateway({ runtime, key });
});

afterEach(async () => {
  gateway.abort();
  await gateway.close();
  await runtime.close();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
});

interface Caller {
  readonly socket: Socket;
  heard(): string;
  readonly over: Promise<void>;
}

function ask(stream: boolean): Caller {
  const body = JSON.stringify({
    model: 'main',
    stream,
    messages: [{ role: 'user', content: 'hello' }],
  });
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes.toString();
  });
  const over = new Promise<void>((resolve) => socket.on('end', () => resolve()));
  socket.write(head + body);
  return { socket, heard: () => heard, over };
}

describe.each([
  ['a stream', true, ' and over'],
  ['a whole answer', false, '"content":"over"'],
])('%s', (_name, stream, last) => {
  it('comes to its end where the caller has closed his sending side', async () => {
    const { socket, heard, over } = ask(stream);
    socket.end();
    await vi.waitFor(() => expect(gateway.inflight()).toBe(1));
    if (stream) await vi.waitFor(() => expect(heard()).toContain('begun'));
    goOn.resolve();
    await over;
    expect(heard()).toContain(last);
    expect(runtime.records().map(({ outcome }) => outcome)).toEqual(['answered']);
  });

  it('is given up where the caller has gone', async () => {
    const { socket, heard } = ask(stream);
    await vi.waitFor(() => expect(gateway.inflight()).toBe(1));
    if (stream) await vi.waitFor(() => expect(heard()).toContain('begun'));
    socket.destroy();
    await vi.waitFor(() => expect([gateway.inflight(), hungUp]).toEqual([0, true]));
    expect(runtime.records().map(({ outcome }) => outcome)).toEqual(['client-gone']);
  });
});
