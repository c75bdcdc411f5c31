/**
 * Unpacks answers that arrive compressed although we did not ask for it (step 3 of a request):
 * edges and proxies do this to error pages, whole answers and streams. It works chunk by chunk, so
 * no code above the host sees compression.
 */

import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import type { UpstreamHandler } from '../host.ts';
import type { Headers } from '../model/request.ts';

/** In bytes: more than any answer that comes in one piece, and small enough to keep in memory. */
const longestWhole = 64 * 1024 * 1024;

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush, ZSTD_d_windowLogMax } = zlib.constants;
/** 8 MB, the largest window in HTTP (RFC 9659). */
const window = { params: { [ZSTD_d_windowLogMax]: 23 } };

/** In bytes: more than the head of any packing. */
const longestHead = 64 * 1024;

/** How bytes that end in the middle are taken: what came is kept, or they are an error. */
const ends = {
  kept: {
    zlib: { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH },
    brotli: { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH },
    zstd: { ...window, flush: ZSTD_e_flush, finishFlush: ZSTD_e_flush },
  },
  refused: { zlib: {}, brotli: {}, zstd: window },
};
type End = (typeof ends)[keyof typeof ends];

/** Chosen by the first byte, since some servers send raw `deflate`. */
const unpackers = new Map<string, (end: End, firstByte: number) => Transform>([
  ['zstd', ({ zstd }) => zlib.createZstdDecompress(zstd)],
  ['gzip', (end) => zlib.createGunzip(end.zlib)],
  ['x-gzip', (end) => zlib.createGunzip(end.zlib)],
  [
    'deflate',
    (end, firstByte) =>
      (firstByte & 0x0f) === 8 ? zlib.createInflate(end.zlib) : zlib.createInflateRaw(end.zlib),
  ],
  ['br', ({ brotli }) => zlib.createBrotliDecompress(brotli)],
]);

/** Returns the unpacker of a packing; undefined if it is not known. */
export function createUnpacker(
  packing: string,
  end: keyof typeof ends,
  firstByte: number,
): Transform | undefined {
  return unpackers.get(packing)?.(ends[end], firstByte);
}

/** The answer's compression, lower case; undefined if it is not compressed. */
export function encodingOf(headers: Headers): string | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

/** The connection whose bytes are unpacked. */
export interface PackedInput {
  /** Called when there is room for more. */
  readonly onDrain: () => void;
  /** Called when no more is wanted. */
  readonly abort: () => void;
}

/** Wraps the handler of one answer: the same calls in the same order, with unpacked bytes. */
export class Unpacker implements UpstreamHandler {
  readonly #handler: UpstreamHandler;
  readonly #input: PackedInput;
  #encoding = '';
  /** The same value as the provider wrote it, so that a key in it can be redacted. */
  #asSent = '';
  #longest = Number.POSITIVE_INFINITY;
  #stream: Transform | undefined;
  #length = 0;
  /** What has come, while nothing of it could be unpacked: perhaps it is cut. */
  #begun: Buffer = Buffer.alloc(0);
  #isOver = false;
  /** More has arrived than is unpacked yet. */
  isFull = false;

  constructor(handler: UpstreamHandler, input: PackedInput) {
    this.#handler = handler;
    this.#input = input;
  }

  onHead(status: number, headers: Headers): void {
    const { 'content-encoding': _, 'content-length': __, ...plain } = headers;
    this.#encoding = encodingOf(headers) ?? '';
    this.#asSent = headers['content-encoding'] ?? '';
    if (!plain['content-type']?.includes('text/event-stream')) this.#longest = longestWhole;
    this.#handler.onHead(status, plain);
  }

  onData(chunk: Buffer): void {
    if (this.#isOver || chunk.length === 0) return;
    this.#stream ??= this.#open(chunk[0] ?? 0);
    if (this.#length === 0 && this.#begun.length < longestHead)
      this.#begun = Buffer.concat([this.#begun, chunk]);
    if (this.#stream !== undefined) this.isFull = !this.#stream.write(chunk);
  }

  onEnd(): void {
    this.#finish(() => this.#handler.onEnd(), true);
  }

  /** Delivers what came before the connection broke, then the error. */
  onError(error: Error, isUnsent: boolean): void {
    this.#finish(() => this.#handler.onError(error, isUnsent));
    this.#stream?.resume();
  }

  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  /** No callback follows. */
  close(): void {
    this.#isOver = true;
    this.#stream?.destroy();
  }

  #open(firstByte: number): Transform | undefined {
    const stream = createUnpacker(this.#encoding, 'kept', firstByte);
    if (stream === undefined) {
      this.#fail(new Error(`the answer came as "${this.#asSent}", which was not asked for`));
      return undefined;
    }
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('drain', () => {
      this.isFull = false;
      this.#input.onDrain();
    });
    stream.on('error', (error) => this.#fail(error));
    return stream;
  }

  #take(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#length += chunk.length;
    this.#begun = Buffer.alloc(0);
    if (this.#length <= this.#longest) this.#handler.onData(chunk);
    else this.#fail(new Error('the answer is longer than 64 MB when it is unpacked'));
  }

  /** Nothing at all may come of an empty answer, but not of a cut one. */
  #finish(last: () => void, mustBeWhole = false): void {
    if (this.#isOver) return;
    if (this.#stream === undefined) {
      this.#isOver = true;
      last();
      return;
    }
    this.#stream.on('end', () => {
      if (this.#isOver) return;
      if (mustBeWhole && this.#length === 0) return this.#judgeBegun(last);
      this.#isOver = true;
      last();
    });
    this.#stream.end();
  }

  #judgeBegun(last: () => void): void {
    const packed = this.#begun;
    const strict = createUnpacker(this.#encoding, 'refused', packed[0] ?? 0);
    const cut = Object.assign(new Error('unexpected end of file'), { code: 'Z_BUF_ERROR' });
    strict?.on('error', () => this.#fail(cut));
    strict?.on('end', () => {
      if (this.#isOver) return;
      this.#isOver = true;
      last();
    });
    strict?.resume().end(packed);
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.close();
    this.#input.abort();
    this.#handler.onError(error, false);
  }
}
