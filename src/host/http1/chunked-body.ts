/**
 * Takes the chunks of a body apart (RFC 9112 § 7.1), without a copy of the data. Strict: a size that two readers
 * understand differently is how one answer is hidden in another.
 */

import { WireError } from './wire-error.ts';

/** The bytes of one read, and how far they have been taken. */
export interface Input {
  readonly bytes: Buffer;
  offset: number;
}

/** 13 hexadecimal digits are exact as a number. */
const mostDigits = 13;
/** What may stand behind a size, up to the LF. */
const extensionLine = /^;[\t\x20-\x7e\x80-\xff]*\r$/;
/** RFC 9110 § 5.6.2. What trailers say is not used; that they are none of another answer's bytes is. */
const trailerLine = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r$/;
const endOfLine = '\r';

/** Of one chunk's extensions, and of the trailers. */
const longestAside = 16 * 1024;
const [lineFeed, carriageReturn] = [0x0a, 0x0d];

export class ChunkedBody {
  #place: 'size' | 'data' | 'data-end' | 'trailers' = 'size';
  /** Bytes of the chunk that are still to come. */
  #left = 0;
  #asideBytes = 0;
  /** What `data` was said about. */
  data: Buffer = Buffer.alloc(0);

  /** Reads on until there is data, the end, or nothing more: then what is left of the input comes again, with more behind it. Throws a `WireError`. */
  next(input: Input): 'data' | 'end' | 'more' {
    for (;;) {
      if (input.offset === input.bytes.length) return 'more';
      if (this.#place === 'data') return this.#takeData(input);
      if (this.#place === 'data-end') {
        if (!endsData(input)) return 'more';
        this.#place = 'size';
        continue;
      }
      if (this.#place === 'size') {
        if (!this.#takeSize(input)) return 'more';
        continue;
      }
      const line = this.#takeLine(input);
      if (line === undefined) return 'more';
      if (line === endOfLine) return 'end';
      if (!trailerLine.test(line)) throw badTrailer(line);
    }
  }

  #takeData(input: Input): 'data' {
    const end = Math.min(input.bytes.length, input.offset + this.#left);
    this.data = input.bytes.subarray(input.offset, end);
    this.#left -= this.data.length;
    input.offset = end;
    if (this.#left === 0) this.#place = 'data-end';
    return 'data';
  }

  #takeLine(input: Input): string | undefined {
    const { bytes, offset } = input;
    const end = bytes.indexOf(lineFeed, offset);
    const stop = end < 0 ? bytes.length : end;
    if (this.#asideBytes + stop - offset > longestAside) {
      throw new WireError('HPE_HEADER_OVERFLOW', 'the answer has more than 16 kB beside its chunks');
    }
    if (end < 0) return undefined;
    input.offset = end + 1;
    this.#asideBytes += end - offset;
    return bytes.toString('latin1', offset, end);
  }

  /** Byte for byte: a text and a pattern for each event of a stream would cost a tenth of its CPU. False where its line has not come yet. */
  #takeSize(input: Input): boolean {
    const { bytes, offset } = input;
    let at = offset;
    let size = 0;
    for (let digit = hexDigit(bytes[at]); digit >= 0; digit = hexDigit(bytes[++at])) size = size * 16 + digit;
    if (at - offset > mostDigits || (at === offset && at < bytes.length)) throw badSize('');
    this.#asideBytes = 0;
    input.offset = at + 2;
    if (bytes[at] !== carriageReturn || bytes[at + 1] !== lineFeed) {
      input.offset = at;
      const line = this.#takeLine(input);
      if (line === undefined) {
        input.offset = offset;
        return false;
      }
      if (!extensionLine.test(line)) throw badSize(line);
    }
    this.#left = size;
    this.#place = size === 0 ? 'trailers' : 'data';
    return true;
  }
}

/** True when the line end behind the data is there, and taken. */
function endsData(input: Input): boolean {
  const { bytes, offset } = input;
  if (bytes[offset] !== carriageReturn) throw noLineEnd();
  if (bytes.length < offset + 2) return false;
  if (bytes[offset + 1] !== lineFeed) throw noLineEnd();
  input.offset += 2;
  return true;
}

/** -1 for what is none. */
function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function noLineEnd(): WireError {
  return new WireError('HPE_LF_EXPECTED', 'the answer has a chunk or a line that does not end in CRLF');
}

function badSize(line: string): WireError {
  if (/\r./.test(line)) return noLineEnd();
  return new WireError('HPE_INVALID_CHUNK_SIZE', 'the answer has a chunk without a proper size');
}

function badTrailer(line: string): WireError {
  if (/\r./.test(line)) return noLineEnd();
  return new WireError('HPE_INVALID_HEADER_TOKEN', 'the answer has an invalid trailer');
}
