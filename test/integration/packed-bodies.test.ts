/**
 * Bodies that arrive packed: unpacked within the limits of plain ones, passed on plain, and refused
 * with a cause where they cannot be.
 */

import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type RawAnswer, sendRaw } from './raw-request.ts';

const key = `hf_test_${'p'.repeat(24)}`;
const seed = 20261202;
const megabyte = 1024 * 1024;

let sim: SimulatedProvider;
let runtime: Runtime;
let gateway: Gateway;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  runtime = createRuntime({
    config: {
      main: { provider: 'sim', model: 'sim/echo' },
      providers: { sim: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' } },
      gateway: { port: 0, max_inflight_bytes: 80 * megabyte },
    },
  });
  gateway = await startGateway({ runtime, key });
});

afterAll(async () => {
  await gateway.close();
  await runtime.close();
  await sim.close();
});

const packers: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  zstd: zlib.zstdCompressSync,
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  identity: (bytes) => bytes,
};

function pack(bytes: Buffer, layers: readonly string[]): Buffer {
  return layers.reduce((inner, layer) => packers[layer]?.(inner) ?? inner, bytes);
}

function send(
  bytes: Buffer,
  encoding: string,
  chunkSize = bytes.length,
  request = 'POST /v1/chat/completions',
): Promise<RawAnswer> {
  const head =
    `${request} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n` +
    `content-encoding: ${encoding}\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, index) =>
    bytes.subarray(index * chunkSize, (index + 1) * chunkSize),
  );
  return sendRaw(gateway.port, [head, ...chunks]);
}

function bodyOf(content: string): Buffer {
  return Buffer.from(JSON.stringify({ model: 'main', messages: [{ role: 'user', content }] }));
}

describe('a packed body', () => {
  it('is answered as the plain one, however it is packed and cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...Object.keys(packers)), { minLength: 1, maxLength: 3 }),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 200 }),
        fc.boolean(),
        async (layers, text, chunkSize, isShouted) => {
          const names = layers.join(isShouted ? ' ,' : ', ');
          const encoding = isShouted ? names.toUpperCase() : names;
          const content = `say ${text}`;
          const plain = await send(bodyOf(content), 'identity');
          const packed = await send(pack(bodyOf(content), layers), encoding, chunkSize);
          expect(packed.status).toBe(200);
          const said = (answer: RawAnswer): unknown => JSON.parse(answer.body).choices;
          expect(said(packed)).toEqual(said(plain));
        },
      ),
      { numRuns: 60, seed },
    );
  });

  it('is refused with 400 and its packing where it ends in the middle', async () => {
    for (const layer of ['zstd', 'gzip', 'deflate', 'br']) {
      const bytes = pack(bodyOf(randomBytes(400).toString('hex')), [layer]);
      const answer = await send(bytes.subarray(0, bytes.length - 9), layer);
      expect([layer, answer.status]).toEqual([layer, 400]);
      expect(JSON.parse(answer.body).error.message).toContain(
        `the request body cannot be decompressed as ${layer}`,
      );
    }
  });

  it('is refused in the words of its protocol, and its sender may have sent all of it', async () => {
    const long = Buffer.concat([Buffer.from('no gzip'), Buffer.alloc(30 * megabyte)]);
    const told = [
      ['POST /v1/messages', { type: 'error', error: { type: 'invalid_request_error' } }],
      ['POST /v1/responses', { error: { code: 'request_invalid' } }],
      ['POST /v1beta/models/main:generateContent', { error: { status: 'INVALID_ARGUMENT' } }],
    ] as const;
    for (const [request, error] of told) {
      const answer = await send(long, 'gzip', 64 * 1024, request);
      expect([request, answer.status]).toEqual([request, 400]);
      expect(JSON.parse(answer.body)).toMatchObject(error);
    }
  });

  it('that is empty counts as no body, however it is packed', async () => {
    const answer = await send(Buffer.alloc(0), 'zstd', 1, 'GET /v1/models');
    expect(answer.status).toBe(200);
  });

  it('is refused with 400 where it is something else', async () => {
    for (const layer of ['zstd', 'gzip', 'deflate', 'br', 'gzip, br'])
      expect((await send(bodyOf('hi'), layer)).status).toBe(400);
  });

  it.each(['compress', 'aes128gcm', 'constructor', 'gzip, gzip, gzip, gzip'])(
    'is refused with 415 and the known packings as %s',
    async (encoding) => {
      const answer = await send(bodyOf('hi'), encoding);
      expect(answer).toMatchObject({
        status: 415,
        headers: { 'accept-encoding': 'zstd, gzip, deflate, br' },
      });
      expect(JSON.parse(answer.body).error.message).toContain(encoding);
    },
  );

  it('is refused with 413 as soon as it is larger than a plain one may be', async () => {
    const bomb = await promisify(zlib.gzip)(Buffer.alloc(500 * megabyte, 0x20));
    const before = process.memoryUsage().rss;
    for (const bytes of [bomb, zlib.zstdCompressSync(bomb)]) {
      const answer = await send(bytes, bytes === bomb ? 'gzip' : 'gzip, zstd', 64 * 1024);
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.body).error.code).toBe('body_too_large');
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * megabyte);
    expect((await send(bodyOf('hi'), 'identity')).status).toBe(200);
  });
});
