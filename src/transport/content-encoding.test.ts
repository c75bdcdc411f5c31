/** Compressed answers are read, and what cannot be read is nothing. */

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBody } from './content-encoding.ts';

const text = Buffer.from('{"error":{"message":"no"}}');

describe('decodeBody', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    [' GZIP ', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', text],
    ['', text],
  ])('reads %j', (encoding, body) => {
    expect(decodeBody(body, { 'content-encoding': encoding })?.toString()).toBe(text.toString());
  });

  it.each([
    ['an encoding nobody knows', 'rot13', text],
    ['a body that is cut off', 'gzip', gzipSync(text).subarray(0, 20)],
    ['a body that is something else', 'br', text],
    ['a bomb', 'gzip', gzipSync(Buffer.alloc(65 * 1024 * 1024))],
  ])('gives nothing for %s', (_name, encoding, body) => {
    expect(decodeBody(body, { 'content-encoding': encoding })).toBeUndefined();
  });
});
