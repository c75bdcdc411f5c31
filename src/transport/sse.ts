/**
 * Splits a byte stream into server-sent events without changing a byte: the relay forwards `raw`
 * and inspects `data`. A push decoder: bytes in, whole events out, the rest waits for the next
 * chunk.
 */

import type { Headers } from '../model/request.ts';

/** One event or comment with all its bytes, including the blank line at its end. */
export interface SseFrame {
  readonly raw: Buffer;
  /** The data lines, joined; undefined for a comment or an event without data. */
  readonly data: string | undefined;
}

/** True if a body with these headers is an event stream. */
export function isEvents(headers: Headers): boolean {
  return /text\/event-stream/i.test(headers['content-type'] ?? '');
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dataMark = 'data: ';
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const nameMark = 'event:';
const nothing: Buffer = Buffer.alloc(0);
/** In bytes; longer chunks often hold several events. */
const longestOnly = 2048;

/** Writes an event as the bytes of a stream have it; `data` is one line. */
export function writeEvent(data: string, name?: string): string {
  return name === undefined ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`;
}

/** Splits chunks at the blank lines. Line ends may be LF, CRLF or CR, at any cut. */
export class SseSplitter {
  /** Bytes after the last blank line. */
  #rest = nothing;
  /** The buffer that holds the rest, if it was copied here: more may be appended to it. */
  #room: Buffer | undefined;
  /**
   * How many bytes of the rest are known to end no event, so that every byte is searched once,
   * however many chunks an event has.
   */
  #seen = 0;
  #isPlain = true;
  #hasBegun = false;

  push(chunk: Buffer): readonly SseFrame[] {
    const only = this.#readOnly(chunk);
    if (only !== undefined) return [only];
    this.#isPlain = (this.#isPlain || this.#rest.length === 0) && !chunk.includes(carriageReturn);
    const findEnd = this.#isPlain ? findPlainEnd : findMixedEnd;
    const bytes = this.#begin(this.#rest.length === 0 ? chunk : this.#join(chunk));
    const frames: SseFrame[] = [];
    let start = 0;
    let end = findEnd(bytes, start, this.#seen);
    while (end > 0) {
      const raw = bytes.subarray(start, end);
      frames.push(createFrame(raw, raw.toString('utf8'), this.#isPlain));
      start = end;
      end = start < bytes.length ? findEnd(bytes, start, start) : 0;
    }
    if (start > 0) this.#room = undefined;
    this.#rest = start === bytes.length ? nothing : bytes.subarray(start);
    this.#seen = this.#rest.length;
    if (!this.#isPlain && this.#rest.at(-1) === carriageReturn) this.#seen -= 1;
    return frames;
  }

  /** Most chunks are exactly one event: that shows in its text, without a search through bytes. */
  #readOnly(chunk: Buffer): SseFrame | undefined {
    const { length } = chunk;
    if (!this.#hasBegun || this.#rest.length > 0 || length > longestOnly) return undefined;
    if (chunk[length - 1] !== lineFeed || chunk[length - 2] !== lineFeed || chunk[0] === lineFeed)
      return undefined;
    const text = chunk.toString('utf8');
    const isOnly = text.indexOf('\n\n') === text.length - 2 && !text.includes('\r');
    return isOnly ? createFrame(chunk, text, true) : undefined;
  }

  /** Bytes of the event that is not complete yet. */
  get unfinishedBytes(): number {
    return this.#rest.length;
  }

  /**
   * Nearly every event that was cut ends in the next chunk. A longer one gets a buffer of twice its
   * size, so its bytes are copied about twice in all.
   */
  #join(chunk: Buffer): Buffer {
    const rest = this.#rest;
    const length = rest.length + chunk.length;
    let room = this.#room;
    if (room === undefined || room.length < length) {
      room = Buffer.allocUnsafe(room === undefined ? length : 2 * length);
      rest.copy(room);
    }
    chunk.copy(room, rest.length);
    this.#room = room;
    return room.subarray(0, length);
  }

  /** Skips a byte order mark at the start of the stream. */
  #begin(bytes: Buffer): Buffer {
    if (this.#hasBegun || bytes.length < byteOrderMark.length) return bytes;
    this.#hasBegun = true;
    if (!bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark)) return bytes;
    this.#room = undefined;
    this.#seen = 0;
    return bytes.subarray(byteOrderMark.length);
  }

  /**
   * What follows the last blank line when the stream ends, with a blank line added. Undefined if
   * its last line is incomplete.
   */
  end(): SseFrame | undefined {
    if (this.#rest.length === 0) return undefined;
    const rest = this.#begin(this.#rest);
    this.#rest = nothing;
    this.#room = undefined;
    this.#seen = 0;
    const missing = rest.at(-1) === lineFeed ? '\n' : '\n\n';
    const raw = Buffer.concat([rest, Buffer.from(missing)]);
    return createFrame(raw, raw.toString('utf8'), false);
  }
}

/**
 * Index after the blank line that ends the frame at `start`, or 0 if it has not come yet; no frame
 * ends before `from`. Fast path for streams with LF only.
 */
function findPlainEnd(bytes: Buffer, start: number, from: number): number {
  if (bytes[start] === lineFeed) return start + 1;
  const end = bytes.indexOf('\n\n', Math.max(start, from - 1), 'latin1');
  return end < 0 ? 0 : end + 2;
}

/** The same for mixed line ends. */
function findMixedEnd(bytes: Buffer, start: number, from: number): number {
  let index = from;
  while (index < bytes.length) {
    const lineEnd = findLineEnd(bytes, index);
    if (lineEnd < 0) return 0;
    const next = afterLineEnd(bytes, lineEnd);
    if (next < 0) return 0;
    if (lineEnd === start || isLineEnd(bytes[lineEnd - 1])) return next;
    index = next;
  }
  return 0;
}

function findLineEnd(bytes: Buffer, from: number): number {
  for (let index = from; index < bytes.length; index++) {
    if (isLineEnd(bytes[index])) return index;
  }
  return -1;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

/** Index after the line end at `index`; -1 if a CR is the last byte and its LF may still come. */
function afterLineEnd(bytes: Buffer, index: number): number {
  if (bytes[index] === lineFeed) return index + 1;
  if (index + 1 === bytes.length) return -1;
  return bytes[index + 1] === lineFeed ? index + 2 : index + 1;
}

function createFrame(raw: Buffer, text: string, isPlain: boolean): SseFrame {
  // Nearly every event is one data line and a blank line, with or without an event name before
  // them.
  const start = text.startsWith(nameMark) ? text.indexOf('\n') + 1 : 0;
  const isOneLine =
    isPlain && text.startsWith(dataMark, start) && text.indexOf('\n', start) === text.length - 2;
  return { raw, data: isOneLine ? text.slice(start + dataMark.length, -2) : readData(text) };
}

function readData(text: string): string | undefined {
  let data: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (!line.startsWith('data:')) continue;
    const value = line.slice(line.startsWith(dataMark) ? dataMark.length : 5);
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data;
}
