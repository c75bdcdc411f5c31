/**
 * Compressed answers are told as they come, to their last readable byte; what cannot be read is an
 * error, never an end.
 */

import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { UpstreamHandler } from '../host.ts';
import { Unpacker } from './unpacker.ts';

const text = Buffer.from('{"error":{"message":"no"}}');

/** What was told of an answer, when it was over. */
interface Told {
  readonly text: string;
  readonly end: string;
  readonly headers: object;
}

/** Plays an answer into an unpacker, with a pause of the event loop between its chunks. */
async function unpack(
  headers: Readonly<Record<string, string>>,
  chunks: readonly Buffer[],
  broken?: Error,
): Promise<Told> {
  const over = Promise.withResolvers<string>();
  const got: Buffer[] = [];
  let head = {};
  const handler: UpstreamHandler = {
    onHead: (_status, plain) => {
      head = plain;
    },
    onData: (chunk) => got.push(chunk),
    onEnd: () => over.resolve('end'),
    onError: ({ message }) => over.resolve(message),
  };
  const unpacker = new Unpacker(handler, { onDrain: () => undefined, abort: () => undefined });
  unpacker.onHead(200, headers);
  for (const chunk of chunks) {
    unpacker.onData(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (broken === undefined) unpacker.onEnd();
  else unpacker.onError(broken, false);
  const end = await over.promise;
  return { text: Buffer.concat(got).toString(), end, headers: head };
}

/** Lets the event loop turn so often: enough for all that is under way. */
async function turn(times: number): Promise<void> {
  for (let turns = 0; turns < times; turns++) await new Promise((resolve) => setImmediate(resolve));
}

function inBytes(bytes: Buffer): readonly Buffer[] {
  return [...bytes].map((byte) => Buffer.from([byte]));
}

describe('an answer that comes compressed', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    [' GZIP ', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['gzip', Buffer.alloc(0)],
  ])('is read: %j', async (encoding, body) => {
    const whole = { text: body.length === 0 ? '' : text.toString(), end: 'end', headers: {} };
    expect(await unpack({ 'content-encoding': encoding }, [body])).toEqual(whole);
    expect(await unpack({ 'content-encoding': encoding }, inBytes(body))).toEqual(whole);
  });

  it('is told as far as it came when it is cut off', async () => {
    const long = Buffer.from('a line of words and numbers 0123456789\n'.repeat(200));
    const half = gzipSync(long, { level: 1 }).subarray(0, 150);
    const { text: told, end } = await unpack(
      { 'content-encoding': 'gzip' },
      [half],
      new Error('cut'),
    );
    expect(end).toBe('cut');
    expect(told.length).toBeGreaterThan(30);
    expect(long.toString().startsWith(told)).toBe(true);
  });

  it.each([
    [
      'in an encoding nobody knows',
      'rot13',
      text,
      'the answer came as "rot13", which was not asked for',
    ],
    ['as something else', 'gzip', text, 'incorrect header check'],
    [
      'as a bomb',
      'gzip',
      gzipSync(Buffer.alloc(65 * 1024 * 1024)),
      'the answer is longer than 64 MB when it is unpacked',
    ],
  ])('%s is an error', async (_name, encoding, body, message) => {
    expect((await unpack({ 'content-encoding': encoding }, [body])).end).toBe(message);
  });

  it.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
  ])('of which no byte can be read is cut off, not empty: %s', async (encoding, body) => {
    for (let length = 1; length < body.length; length++) {
      const half = body.subarray(0, length);
      for (const chunks of [[half], inBytes(half)]) {
        const told = await unpack({ 'content-encoding': encoding }, chunks);
        expect([length, told.end]).toEqual([
          length,
          told.text === '' ? 'unexpected end of file' : 'end',
        ]);
      }
    }
    const broken = await unpack(
      { 'content-encoding': encoding },
      [body.subarray(0, 3)],
      new Error('reset'),
    );
    expect(broken.end).toBe('reset');
  });

  it.each([
    ['gzip', gzipSync('')],
    ['deflate', deflateSync('')],
    ['br', brotliCompressSync('')],
    ['zstd', zstdCompressSync('')],
  ])('with nothing in it is empty: %s', async (encoding, body) => {
    for (const chunks of [[body], inBytes(body)]) {
      const told = await unpack({ 'content-encoding': encoding }, chunks);
      expect([told.text, told.end]).toEqual(['', 'end']);
    }
  });

  it('waits while nobody takes it, and tells nothing once it is closed', async () => {
    const got: string[] = [];
    const drained = Promise.withResolvers<void>();
    const handler: UpstreamHandler = {
      onHead: () => undefined,
      onData: (chunk) => got.push(`${chunk.length}`),
      onEnd: () => got.push('end'),
      onError: () => got.push('error'),
    };
    const unpacker = new Unpacker(handler, {
      onDrain: () => drained.resolve(),
      abort: () => undefined,
    });
    unpacker.onHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/event-stream' });
    const packed = gzipSync(
      Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251)),
      {
        level: 0,
      },
    );
    unpacker.onData(packed.subarray(0, 20));
    unpacker.pause();
    unpacker.onData(packed.subarray(20));
    expect(unpacker.isFull).toBe(true);
    await turn(200);
    expect(got).toEqual([]);
    unpacker.resume();
    await drained.promise;
    unpacker.close();
    unpacker.onEnd();
    const before = got.length;
    await turn(200);
    expect(got).toHaveLength(before);
    expect(got).not.toContain('end');
  });
});
