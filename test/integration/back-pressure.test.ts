/** A caller who does not read holds memory flat: what it has not taken stays with the provider. Counted in bytes, not in time. */

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/server.ts';
import { Calls } from '../../src/library/calls.ts';
import { createFetch } from '../../src/library/fetch.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { untilQuiet } from './stall-run.ts';

/** What the provider would send if it could, and what may be under way: the kernel's buffers of two connections, and ours. */
const answerBytes = 128 * 1024 * 1024;
const underWayBytes = 32 * 1024 * 1024;
/** What may lie in this process: a few chunks. */
const heldBytes = 8 * 1024 * 1024;

const event = Buffer.from(
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x' }, pad: 'y'.repeat(16_000) }] })}\n\n`,
);
const last = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const events = Math.ceil(answerBytes / event.length);

/** A provider that writes as fast as it is read. */
class Torrent {
  readonly server: Server;
  sent = 0;

  constructor() {
    this.server = createServer((request_, response) => {
      request_.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      this.#pour(response, events);
    });
  }

  #pour(response: ServerResponse, left: number): void {
    for (let count = left; count > 0; count--) {
      this.sent += event.length;
      if (!response.write(event)) {
        response.once('drain', () => this.#pour(response, count - 1));
        return;
      }
    }
    response.end(last);
  }
}

let torrent: Torrent;
let runtime: Runtime;
beforeAll(async () => {
  torrent = new Torrent();
  await new Promise<void>((resolve) => torrent.server.listen(0, '127.0.0.1', resolve));
  const address = torrent.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  runtime = createRuntime({
    config: {
      main: { provider: 'one', model: 'm' },
      providers: { one: { base_url: `http://127.0.0.1:${port}/v1`, protocol: 'openai-chat', auth: 'none' } },
      gateway: { port: 0 },
    },
  });
});
afterAll(async () => {
  await runtime.close();
  torrent.server.closeAllConnections();
  await new Promise((resolve) => torrent.server.close(resolve));
});

const body = JSON.stringify({ model: 'main', stream: true, messages: [{ role: 'user', content: 'pour' }] });

function measureBuffers(): number {
  return process.memoryUsage().arrayBuffers;
}

describe('a caller who stops reading', () => {
  it('through the gateway: holds the provider back, and gets every byte once it reads on', async () => {
    torrent.sent = 0;
    const key = `hf_test_${'b'.repeat(24)}`;
    const gateway = await startGateway({ runtime, key });
    const before = measureBuffers();
    const answer = await open(gateway.url, key);
    answer.pause();
    await untilQuiet(() => torrent.sent);
    expect(torrent.sent).toBeGreaterThan(0);
    expect(torrent.sent).toBeLessThan(underWayBytes);
    expect(measureBuffers() - before).toBeLessThan(heldBytes);
    expect(await countBytes(answer)).toBe(events * event.length + last.length);
    await gateway.close();
  });

  it('through the library: the same', async () => {
    torrent.sent = 0;
    const before = measureBuffers();
    const response = await createFetch(runtime, new Calls(runtime.host))(
      'http://holdfast.local/v1/chat/completions',
      {
        method: 'POST',
        body,
      },
    );
    const reader = response.body?.getReader();
    await reader?.read();
    await untilQuiet(() => torrent.sent);
    expect(torrent.sent).toBeLessThan(underWayBytes);
    expect(measureBuffers() - before).toBeLessThan(heldBytes);
    await reader?.cancel();
  });
});

function open(url: string, key: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const call = request(`${url}/v1/chat/completions`, { method: 'POST', headers }, resolve);
    call.on('error', reject);
    call.end(body);
  });
}

function countBytes(answer: IncomingMessage): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    answer.on('end', () => resolve(bytes));
    answer.on('error', reject);
    answer.resume();
  });
}
