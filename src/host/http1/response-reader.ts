/**
 * Parses one answer from the bytes of its connection, however they are cut (step 3 of a request,
 * RFC 9112). The caller asks for one step at a time and may stop after any, which gives
 * back-pressure within one read. Chunked framing is parsed strictly (§ 7.1), since a size that two
 * readers understand differently allows smuggling. Body data is not copied.
 */

import { assertNever } from '../../errors.ts';
import type { Headers } from '../../model/request.ts';
import {
  checkBeginning,
  framingOf,
  idleMsAfter,
  parseResponseHead,
  type ResponseHead,
} from './response-head.ts';
import { WireError } from './wire-error.ts';

/**
 * `head`: status and headers are set. `data`: data is set. `end`: the answer is complete. `more`:
 * the next read is needed.
 */
export type Step = 'head' | 'data' | 'end' | 'more';

/** In bytes; includes the status line and all headers. */
const longestHead = 16 * 1024;
const endOfHead = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

/** Maps a byte to the value of its hexadecimal digit; -1 for any other byte. */
const digitOf = Int8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? -1 : digit;
});
/** 13 hexadecimal digits are exact as a number. */
const mostDigits = 13;
/**
 * Matches what may follow a chunk size up to the LF. Blanks are allowed only before an extension
 * (RFC 9112 § 7.1.1).
 */
const extensionLine = /^[\t ]*;[\t\x20-\x7e\x80-\xff]*\r$/;
/**
 * RFC 9110 § 5.6.2. Trailers are checked, because their bytes must not belong to another answer,
 * and then ignored.
 */
const trailerLine = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r$/;
const endOfLine = '\r';
/** In bytes; limits the extensions of one chunk, and the trailers. */
const longestAside = 16 * 1024;
const [lineFeed, carriageReturn] = [0x0a, 0x0d];

export class ResponseReader {
  /** The unread bytes start at `#offset`. */
  #bytes: Buffer = nothing;
  #offset = 0;
  /** Names the part that comes next. */
  #place: 'head' | 'data' | 'size' | 'data-end' | 'trailers' | 'over' = 'head';
  #isChunked = false;
  /** Bytes still to come of the body or chunk; Infinity if the body ends with the connection. */
  #left = 0;
  #asideBytes = 0;
  status = 0;
  headers: Headers = {};
  data: Buffer = nothing;
  /**
   * The connection may wait this long for its next request after this answer, in ms; 0 means it
   * cannot be reused.
   */
  idleMs = 0;

  /** Adds the bytes of the next read. */
  feed(bytes: Buffer): void {
    const isUsedUp = this.#offset === this.#bytes.length;
    // Only a line that came in several reads is copied: of data, nothing is left here when more is
    // asked for.
    this.#bytes = isUsedUp ? bytes : Buffer.concat([this.surplus, bytes]);
    this.#offset = 0;
  }

  /** Throws a `WireError` if the bytes are no valid answer. */
  next(): Step {
    while (this.#place !== 'over') {
      if (this.#offset === this.#bytes.length) return 'more';
      switch (this.#place) {
        case 'head':
          return this.#takeHead();
        case 'data':
          return this.#takeData();
        case 'size':
          if (!this.#takeSize()) return 'more';
          break;
        case 'data-end':
          if (!this.#takeDataEnd()) return 'more';
          break;
        case 'trailers':
          if (!this.#takeTrailer()) return 'more';
          break;
        default:
          assertNever(this.#place);
      }
    }
    return 'end';
  }

  /** The other side has closed. Throws if the answer is incomplete (RFC 9112 § 8). */
  close(): void {
    if (this.#place === 'data' && this.#left === Number.POSITIVE_INFINITY) this.#place = 'over';
    if (this.#place === 'over') return;
    const place = this.#place === 'head' ? 'before its answer' : 'in the middle of its answer';
    throw new WireError('ECONNRESET', `the other side closed the connection ${place}`);
  }

  /** Bytes after the answer in the same read. */
  get surplus(): Buffer {
    return this.#bytes.subarray(this.#offset);
  }

  /** Skips interim answers (RFC 9110 § 15.2). */
  #takeHead(): 'head' | 'more' {
    for (;;) {
      const [bytes, offset] = [this.#bytes, this.#offset];
      const end = bytes.indexOf(endOfHead, offset);
      if ((end < 0 ? bytes.length : end) - offset > longestHead) {
        throw new WireError('HPE_HEADER_OVERFLOW', 'the head of the answer is longer than 16 kB');
      }
      if (end < 0) {
        checkBeginning(bytes.toString('latin1', offset));
        return 'more';
      }
      const head = parseResponseHead(bytes.toString('latin1', offset, end + 2));
      this.#offset = end + endOfHead.length;
      if (head.status >= 200) return this.#beginBody(head);
      if (head.status === 101) {
        throw new WireError(
          'HPE_PAUSED_UPGRADE',
          'the answer switches to a protocol that was not requested',
        );
      }
    }
  }

  #beginBody(head: ResponseHead): 'head' {
    const framing = framingOf(head);
    this.status = head.status;
    this.headers = head.headers;
    this.idleMs = idleMsAfter(head, framing);
    this.#isChunked = framing === 'chunked';
    if (framing === 'chunked') this.#place = 'size';
    else {
      this.#left = framing;
      this.#place = framing === 0 ? 'over' : 'data';
    }
    return 'head';
  }

  #takeData(): 'data' {
    const end = Math.min(this.#bytes.length, this.#offset + this.#left);
    this.data = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    this.#left -= this.data.length;
    if (this.#left === 0) this.#place = this.#isChunked ? 'data-end' : 'over';
    return 'data';
  }

  /**
   * Like the two methods below, returns false if the line is incomplete: it is read again with the
   * next bytes.
   */
  #takeDataEnd(): boolean {
    const [bytes, offset] = [this.#bytes, this.#offset];
    if (bytes[offset] !== carriageReturn) throw noLineEnd();
    if (bytes.length < offset + 2) return false;
    if (bytes[offset + 1] !== lineFeed) throw noLineEnd();
    this.#offset += 2;
    this.#place = 'size';
    return true;
  }

  /**
   * Works on bytes: a string and a regular expression per stream event would cost a tenth of its
   * CPU.
   */
  #takeSize(): boolean {
    const [bytes, offset] = [this.#bytes, this.#offset];
    let at = offset;
    let size = 0;
    for (; at < bytes.length; at += 1) {
      const digit = digitOf[bytes.readUInt8(at)] ?? -1;
      if (digit < 0) break;
      size = size * 16 + digit;
    }
    if (at - offset > mostDigits || (at === offset && at < bytes.length)) throw badSize('');
    this.#asideBytes = 0;
    this.#offset = at + 2;
    if (bytes[at] !== carriageReturn || bytes[at + 1] !== lineFeed) {
      this.#offset = at;
      const line = this.#takeLine();
      if (line === undefined) {
        this.#offset = offset;
        return false;
      }
      if (!extensionLine.test(line)) throw badSize(line);
    }
    this.#left = size;
    this.#place = size === 0 ? 'trailers' : 'data';
    return true;
  }

  #takeTrailer(): boolean {
    const line = this.#takeLine();
    if (line === undefined) return false;
    if (line === endOfLine) this.#place = 'over';
    else if (!trailerLine.test(line)) throw badTrailer(line);
    return true;
  }

  #takeLine(): string | undefined {
    const [bytes, offset] = [this.#bytes, this.#offset];
    const end = bytes.indexOf(lineFeed, offset);
    const stop = end < 0 ? bytes.length : end;
    if (this.#asideBytes + stop - offset > longestAside) {
      throw new WireError(
        'HPE_HEADER_OVERFLOW',
        'the answer has more than 16 kB beside its chunks',
      );
    }
    if (end < 0) return undefined;
    this.#offset = end + 1;
    this.#asideBytes += end - offset;
    return bytes.toString('latin1', offset, end);
  }
}

function noLineEnd(): WireError {
  return new WireError(
    'HPE_LF_EXPECTED',
    'the answer has a chunk or a line that does not end in CRLF',
  );
}

function badSize(line: string): WireError {
  if (/\r./.test(line)) return noLineEnd();
  return new WireError('HPE_INVALID_CHUNK_SIZE', 'the answer has a chunk without a proper size');
}

function badTrailer(line: string): WireError {
  if (/\r./.test(line)) return noLineEnd();
  return new WireError('HPE_INVALID_HEADER_TOKEN', 'the answer has an invalid trailer');
}
