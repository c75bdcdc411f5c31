/**
 * Takes the chunks of a body apart (RFC 9112 § 7.1), byte for byte between the data and without a copy of the data. Strict: a
 * size that two readers understand differently is how one answer is hidden in another.
 */

import { assertNever } from '../../errors.ts';
import type { Input } from './input.ts';
import { WireError } from './wire-error.ts';

/** Where in the body the next byte stands. */
type Place =
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'line-start'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-lf'
  | 'last-lf'
  | 'over';

const [lineFeed, carriageReturn, tab, space, colon, semicolon, del] = [
  0x0a, 0x0d, 0x09, 0x20, 0x3a, 0x3b, 0x7f,
];
/** 13 hexadecimal digits are exact as a number. */
const mostDigits = 13;
/** Of one chunk's extensions, and of the trailers. */
const longestAside = 16 * 1024;
/** RFC 9110 § 5.6.2. */
const tokenBytes: ReadonlySet<number> = new Set(
  Buffer.from("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
);

export class ChunkedBody {
  #place: Place = 'size';
  #digits = 0;
  /** Bytes of the chunk that are still to come. */
  #left = 0;
  #asideBytes = 0;
  /** What `data` was said about. */
  data: Buffer = Buffer.alloc(0);

  /** Reads on until there is data, the end, or nothing more. Throws a `WireError`. */
  next(input: Input): 'data' | 'end' | 'more' {
    while (input.offset < input.bytes.length) {
      if (this.#place === 'data') {
        this.#takeData(input);
        return 'data';
      }
      this.#step(input.bytes[input.offset++] ?? 0);
      if (this.#place === 'over') return 'end';
    }
    return 'more';
  }

  #takeData(input: Input): void {
    const end = Math.min(input.bytes.length, input.offset + this.#left);
    this.data = input.bytes.subarray(input.offset, end);
    this.#left -= this.data.length;
    input.offset = end;
    if (this.#left === 0) this.#place = 'data-cr';
  }

  #step(byte: number): void {
    const place = this.#place;
    switch (place) {
      case 'size':
        this.#readSize(byte);
        return;
      case 'extension':
        this.#readText(byte, 'size-lf');
        return;
      case 'size-lf':
        this.#expect(byte, lineFeed, this.#left === 0 ? 'line-start' : 'data');
        return;
      case 'data-cr':
        this.#expect(byte, carriageReturn, 'data-lf');
        return;
      case 'data-lf':
        this.#expect(byte, lineFeed, 'size');
        this.#digits = 0;
        this.#asideBytes = 0;
        return;
      default:
        this.#readTrailer(byte, place);
    }
  }

  #readSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0 && this.#digits < mostDigits) {
      this.#digits += 1;
      this.#left = this.#left * 16 + digit;
    } else if (this.#digits > 0 && byte === carriageReturn) this.#place = 'size-lf';
    else if (this.#digits > 0 && byte === semicolon) this.#place = 'extension';
    else throw new WireError('HPE_INVALID_CHUNK_SIZE', 'the answer has a chunk without a proper size');
  }

  /** What trailers say is not used; that they are none of another answer's bytes is. */
  #readTrailer(
    byte: number,
    place: Exclude<Place, 'size' | 'extension' | 'size-lf' | 'data-cr' | 'data-lf'>,
  ): void {
    switch (place) {
      case 'line-start':
        if (byte === carriageReturn) this.#place = 'last-lf';
        else this.#readTrailerName(byte);
        return;
      case 'trailer-name':
        if (byte === colon) this.#place = 'trailer-value';
        else this.#readTrailerName(byte);
        return;
      case 'trailer-value':
        this.#readText(byte, 'trailer-lf');
        return;
      case 'trailer-lf':
        this.#expect(byte, lineFeed, 'line-start');
        return;
      case 'last-lf':
        this.#expect(byte, lineFeed, 'over');
        return;
      case 'data':
      case 'over':
        return;
      default:
        assertNever(place);
    }
  }

  #readTrailerName(byte: number): void {
    if (!tokenBytes.has(byte)) {
      throw new WireError('HPE_INVALID_HEADER_TOKEN', 'the answer has an invalid trailer');
    }
    this.#countAside();
    this.#place = 'trailer-name';
  }

  /** Text to the end of its line. */
  #readText(byte: number, after: Place): void {
    this.#countAside();
    if (byte === carriageReturn) this.#place = after;
    else if ((byte < space && byte !== tab) || byte === del) {
      throw new WireError('HPE_INVALID_CHUNK_SIZE', 'the answer has a control character between its chunks');
    }
  }

  #countAside(): void {
    this.#asideBytes += 1;
    if (this.#asideBytes > longestAside) {
      throw new WireError('HPE_HEADER_OVERFLOW', 'the answer has more than 16 kB beside its chunks');
    }
  }

  #expect(byte: number, expected: number, next: Place): void {
    if (byte !== expected) {
      throw new WireError('HPE_LF_EXPECTED', 'the answer has a chunk or a line that does not end in CRLF');
    }
    this.#place = next;
  }
}

/** -1 for what is none. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
