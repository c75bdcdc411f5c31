/**
 * A file that is too large to be held goes to its provider as it comes in, and comes back as it is
 * read, over real sockets.
 */

import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';

const key = `hf_test_${'k'.repeat(24)}`;
const megabyte = Buffer.alloc(1024 * 1024, 'holdfast ');
const megabytes = 100;

let status = 200;
let seen: { readonly hash: Hash; bytes: number; readonly length: string | undefined }[] = [];
/** Bytes that its sender had been rid of. */
let sentBytes = 0;
let mostUnderWay = 0;
let isClosed = false;

/** Writes as fast as it is read. */
function sendFile(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  const go = (): void => {
    while (sentBytes < megabytes * megabyte.length && !response.destroyed) {
      sentBytes += megabyte.length;
      if (!response.write(megabyte)) {
        response.once('drain', go);
        return;
      }
    }
    response.end();
  };
  go();
  response.on('close', () => {
    isClosed = true;
  });
}

function serve(incoming: IncomingMessage, response: ServerResponse): void {
  if (incoming.method === 'GET') {
    sendFile(response);
    return;
  }
  const one = { hash: createHash('sha256'), bytes: 0, length: incoming.headers['content-length'] };
  seen.push(one);
  incoming.on('data', (chunk: Buffer) => {
    one.hash.update(chunk);
    one.bytes += chunk.length;
    mostUnderWay = Math.max(mostUnderWay, sentBytes - one.bytes);
    incoming.pause();
    setImmediate(() => incoming.resume());
  });
  const answer = (): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? { id: 'file-1' } : { error: { message: 'no' } }));
  };
  if (status === 200) incoming.on('end', answer);
  else answer();
}

const server = createServer(serve);
let runtime: Runtime;
let gateway: Gateway;

beforeEach(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const big = {
    base_url: `http://127.0.0.1:${port}/v1`,
    protocol: 'openai-chat',
    api_key: 'sk-sim-good',
    credentials: [{ label: 'second', api_key: 'sk-sim-good+second' }],
  };
  runtime = createRuntime({
    config: { main: 'big/any', providers: { big }, gateway: { port: 0 } },
  });
  gateway = await startGateway({ runtime, key });
  [status, seen, sentBytes, mostUnderWay, isClosed] = [200, [], 0, 0, false];
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await gateway.close();
  await runtime.close();
});

/** Sends as many megabytes, as fast as they are taken; what comes back. */
function upload(path: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'multipart/form-data; boundary=edge',
      'content-length': megabytes * megabyte.length,
    };
    const outgoing = request(`${gateway.url}${path}`, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        outgoing.destroy();
      });
    });
    outgoing.on('error', reject);
    let sent = 0;
    const go = (): void => {
      while (sent < megabytes && !outgoing.destroyed) {
        sent += 1;
        sentBytes = sent * megabyte.length;
        if (!outgoing.write(megabyte)) {
          outgoing.once('drain', go);
          return;
        }
      }
      outgoing.end();
    };
    go();
  });
}

describe(`a file of ${megabytes} MB`, () => {
  it('arrives byte for byte and is never held whole', async () => {
    const answer = await upload('/v1/files');
    expect(answer).toEqual({ status: 200, text: '{"id":"file-1"}' });
    const whole = createHash('sha256');
    for (let index = 0; index < megabytes; index++) whole.update(megabyte);
    expect(seen.map(({ hash, bytes, length }) => [hash.digest('hex'), bytes, length])).toEqual([
      [whole.digest('hex'), megabytes * megabyte.length, String(megabytes * megabyte.length)],
    ]);
    expect(mostUnderWay).toBeLessThan(32 * megabyte.length);
  });

  it('is sent once: a refusal is told, and the record says why no other key was asked', async () => {
    status = 429;
    const answer = await upload('/v1/files');
    expect([answer.status, seen.length]).toEqual([429, 1]);
    expect(runtime.records().at(-1)).toMatchObject({
      outcome: 'failed',
      notes: [expect.stringContaining('went out as it came in, and cannot be sent again')],
    });
  });

  it('for another path is too large', async () => {
    const answer = await upload('/v1/images/edits');
    expect([answer.status, seen]).toEqual([413, []]);
    expect(answer.text).toContain('a file for /v1/files may be larger');
  });

  it('comes back at the pace of its reader', async () => {
    let received = 0;
    for await (const chunk of await download()) {
      received += chunk.length;
      mostUnderWay = Math.max(mostUnderWay, sentBytes - received);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(received).toBe(megabytes * megabyte.length);
    expect(mostUnderWay).toBeLessThan(32 * megabyte.length);
  });

  it('is not fetched to its end for a reader who has gone', async () => {
    const response = await download();
    const closed = once(response, 'close');
    await once(response, 'readable');
    response.destroy();
    await closed;
    await expect.poll(() => isClosed).toBe(true);
    await expect.poll(() => runtime.records().at(-1)?.outcome).toBe('client-gone');
    expect(sentBytes).toBeLessThan(32 * megabyte.length);
  });
});

function download(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}` };
    request(`${gateway.url}/v1/files/file-1/content`, { headers }, resolve)
      .on('error', reject)
      .end();
  });
}
