/** Connections over real sockets in virtual time, in front of a server that plays a script. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { openSocket, type SocketClient } from '../../../test/integration/websocket-client.ts';
import { RequestError } from '../../errors.ts';
import { defaults } from '../../model/defaults.ts';
import type { RefusedCaller } from '../../model/events.ts';
import { openaiResponses } from '../../protocols/openai-responses/protocol.ts';
import { Upgrades } from './upgrades.ts';

const hourMs = 60 * 60_000;

let host: FakeHost;
let server: Server;
let upgrades: Upgrades;
let client: SocketClient;
let isRevoked: boolean;
let inflight: { bytes: number };
let maxInflightBytes: number;
let refused: RefusedCaller[];
let answer: (response: ServerResponse, body: string, request: IncomingMessage) => void;

beforeEach(async () => {
  host = createFakeHost();
  isRevoked = false;
  inflight = { bytes: 0 };
  maxInflightBytes = defaults.gateway.maxInflightBytes;
  refused = [];
  answer = (response) => tell(response);
  server = createServer(async (request, response) => {
    answer(response, await text(request), request);
  });
  upgrades = new Upgrades({
    server,
    runtime: { host, protocolAt: () => openaiResponses },
    inflight,
    ring: {
      identify: () => {
        if (isRevoked) throw new RequestError('gateway-key-wrong', 'no such key', { status: 401 });
        return { scope: 'call' };
      },
    },
    look: () => ({
      gateway: {
        host: { value: '127.0.0.1', source: 'default' },
        port: { value: 0, source: 'default' },
        allowedHosts: [],
        allowedOrigins: [],
        maxInflightBytes,
        maxInflightSource: 'default',
        drainDelayMs: 0,
        drainTimeoutMs: 1000,
        sendTimeoutMs: 10_000,
        memory: 'small',
        callerLogin: 'off',
        ui: true,
      },
    }),
    mayBeAlone: () => false,
    noteRefusal: (refusal) => refused.push(refusal),
  });
  server.on('upgrade', upgrades.take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = await connect();
});

afterEach(async () => {
  client.socket.terminate();
  upgrades.terminate();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await expect.poll(() => inflight.bytes).toBe(0);
});

function connect(headers: Readonly<Record<string, string>> = {}): Promise<SocketClient> {
  const { port } = server.address() as AddressInfo;
  return openSocket(`http://127.0.0.1:${port}/v1/responses`, 'key', headers);
}

/** An answer of one text, which its provider does not keep. */
function tell(response: ServerResponse, said = 'hello', id = 'resp_1'): void {
  const item = {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: said }],
  };
  const events = [
    { type: 'response.created', response: { id } },
    { type: 'response.output_item.done', item },
    { type: 'response.completed', response: { id, store: false } },
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(': a comment\n\n');
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end('data: [DONE]\n\n');
}

const types = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type);

it('asks with the headers of the upgrade, less those of the connection', async () => {
  client.socket.terminate();
  const heard: IncomingMessage[] = [];
  answer = (response, _body, request) => {
    heard.push(request);
    tell(response);
  };
  client = await connect({
    'openai-beta': 'responses_websockets=2026-02-06, other=1',
    'x-holdfast-task': 'titles',
    'content-encoding': 'zstd',
  });
  expect(types(await client.ask())).toContain('response.completed');
  const [{ method, url, headers } = { headers: {} }] = heard;
  expect([method, url]).toEqual(['POST', '/v1/responses']);
  expect(headers).toEqual({
    host: expect.stringMatching(/^127\.0\.0\.1:/),
    authorization: 'Bearer key',
    'openai-beta': 'other=1',
    'x-holdfast-task': 'titles',
    'content-type': 'application/json',
    'content-length': expect.any(String),
    connection: 'close',
  });
});

it('is told after 60 minutes to connect again, idle or with its next message', async () => {
  const other = await connect();
  await host.advance(hourMs - 20_000);
  expect(types(await client.ask())).toContain('response.completed');
  await host.advance(20_000);
  for (const one of [client, other]) {
    expect(await one.answer()).toMatchObject([
      { type: 'error', status: 400, error: { code: 'websocket_connection_limit_reached' } },
    ]);
    expect((await one.closed).code).toBe(1000);
  }
});

it('has its answer to the end, though its time is over', async () => {
  let goOn = (): void => undefined;
  answer = (response) => {
    goOn = () => tell(response);
  };
  client.send({ type: 'response.create', input: 'one' });
  await expect.poll(() => goOn.length).toBe(0);
  await expect.poll(() => inflight.bytes).toBeGreaterThan(0);
  await host.advance(hourMs);
  goOn();
  expect(types(await client.answer())).toContain('response.completed');
  expect((await client.answer()).at(-1)?.error?.code).toBe('websocket_connection_limit_reached');
  await client.closed;
});

it('ends within 10 s when its key is revoked, though it says nothing', async () => {
  isRevoked = true;
  await host.advance(10_000);
  expect(await client.answer()).toMatchObject([{ type: 'error', status: 401 }]);
  expect(await client.closed).toEqual({ code: 1008, reason: 'gateway-key-wrong' });
});

it('refuses an upgrade with what is noted of it', async () => {
  isRevoked = true;
  await expect(connect()).rejects.toThrow('401');
  expect(refused).toMatchObject([{ code: 'gateway-key-wrong', status: 401 }]);
});

it('counts what it keeps, and keeps 8 MB at most', async () => {
  const long = 'x'.repeat(5 * 1024 * 1024);
  answer = (response) => tell(response, 'hi', 'resp_first');
  await client.ask({ input: long });
  await expect.poll(() => inflight.bytes).toBeGreaterThan(long.length);
  expect(inflight.bytes).toBeLessThan(long.length + 1000);
  const bodies: string[] = [];
  answer = (response, body) => {
    bodies.push(body);
    tell(response, long, 'resp_second');
  };
  const more = { store: false, input: 'more' };
  const second = await client.ask({ ...more, previous_response_id: 'resp_first' });
  expect(types(second)).toContain('response.completed');
  expect(bodies[0]).toContain(long);
  await expect.poll(() => inflight.bytes).toBe(0);
  const third = await client.ask({ ...more, previous_response_id: 'resp_second' });
  expect(third.at(-1)?.error?.code).toBe('previous_response_not_found');
});

it('keeps nothing where there is no memory for it', async () => {
  maxInflightBytes = 300;
  await client.ask({ input: 'x'.repeat(100) });
  await client.ask({ store: false, input: 'y'.repeat(40) });
  answer = (response) => tell(response, 'z'.repeat(500), 'resp_long');
  await client.ask({ input: 'short' });
  await expect.poll(() => inflight.bytes).toBe(0);
});

it('closes a connection whose message does not fit into the memory of all', async () => {
  maxInflightBytes = 10_000;
  client.send({ type: 'response.create', input: 'x'.repeat(200_000) });
  await expect.poll(() => inflight.bytes).toBeGreaterThan(maxInflightBytes);
  await host.advance(1000);
  expect((await client.closed).code).toBe(1013);
});

it('closes with 1011 where an answer is cut', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"type":"response.created"}\n\n');
    void client.hear(1).then(() => response.destroy());
  };
  expect(types(await client.ask())).toEqual(['response.created']);
  expect(await client.closed).toEqual({ code: 1011, reason: 'the answer was cut' });
});

it('lets go of a client that reads nothing', async () => {
  let sent = 0;
  let isCut = false;
  answer = (response) => {
    response.on('close', () => {
      isCut = true;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = `data: ${JSON.stringify({ type: 'x', text: 'x'.repeat(100_000) })}\n\n`;
    const write = (): void => {
      while (sent < 10_000 && response.write(event)) sent += 1;
      response.once('drain', write);
    };
    write();
  };
  client.socket.pause();
  client.send({ type: 'response.create' });
  let before = -1;
  while (before !== sent) {
    before = sent;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  }
  expect([sent < 1000, isCut]).toEqual([true, false]);
  await host.advance(30_000);
  await expect.poll(() => isCut).toBe(true);
});
