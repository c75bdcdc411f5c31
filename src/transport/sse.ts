/**
 * Cuts a byte stream into server-sent events without changing a byte: the relay forwards `raw` as
 * it came and looks at `data`. A push decoder: bytes in, whole events out, the rest kept for the
 * next chunk.
 */

import type { Headers } from '../model/request.ts';

/** One event or comment with all its bytes, the blank line that ends it included. */
export interface SseFrame {
  readonly raw: Buffer;
  /** The data lines, joined; undefined for a comment or an event without data. */
  readonly data: string | undefined;
}

/** Whether a body with these headers is a stream of events. */
export function isEvents(headers: Headers): boolean {
  return headers['content-type']?.includes('text/event-stream') ?? false;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dataMark = 'data: ';
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const nameMark = 'event:';
const nothing: Buffer = Buffer.alloc(0);

/** Splits chunks at the blank lines. Line ends may be LF, CRLF or CR, at any cut. */
export class SseSplitter {
  /** What came after the last blank line. */
  #rest = nothing;
  /** The memory that the rest begins, where it was joined here: more may fit behind it. */
  #room: Buffer | undefined;
  /**
   * How much of the rest is known to end no event: every byte is looked at once, however many
   * chunks an event has.
   */
  #seen = 0;
  #isPlain = true;
  #hasBegun = false;

  push(chunk: Buffer): readonly SseFrame[] {
    this.#isPlain = (this.#isPlain || this.#rest.length === 0) && !chunk.includes(carriageReturn);
    const findEnd = this.#isPlain ? findPlainEnd : findMixedEnd;
    const bytes = this.#begin(this.#rest.length === 0 ? chunk : this.#join(chunk));
    const frames: SseFrame[] = [];
    let start = 0;
    for (let end = findEnd(bytes, start, this.#seen); end > 0; end = findEnd(bytes, start, start)) {
      frames.push(createFrame(bytes.subarray(start, end), this.#isPlain));
      start = end;
    }
    if (start > 0) this.#room = undefined;
    this.#rest = start === bytes.length ? nothing : bytes.subarray(start);
    this.#seen = this.#rest.length;
    if (!this.#isPlain && this.#rest.at(-1) === carriageReturn) this.#seen -= 1;
    return frames;
  }

  /** Bytes of the event that has not ended yet. */
  get unfinishedBytes(): number {
    return this.#rest.length;
  }

  /**
   * Nearly every event that was cut ends in the next chunk; one that does not gets room for as much
   * again, so that it is copied about twice in all.
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

  /** A stream may begin with a byte order mark, which is no part of its first event. */
  #begin(bytes: Buffer): Buffer {
    if (this.#hasBegun || bytes.length < byteOrderMark.length) return bytes;
    this.#hasBegun = true;
    if (!bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark)) return bytes;
    this.#room = undefined;
    this.#seen = 0;
    return bytes.subarray(byteOrderMark.length);
  }

  /**
   * What stands after the last blank line when the stream has ended, with the blank line: whole
   * only if its last line is.
   */
  end(): SseFrame | undefined {
    if (this.#rest.length === 0) return undefined;
    const rest = this.#begin(this.#rest);
    this.#rest = nothing;
    this.#room = undefined;
    this.#seen = 0;
    const missing = rest.at(-1) === lineFeed ? '\n' : '\n\n';
    return createFrame(Buffer.concat([rest, Buffer.from(missing)]), false);
  }
}

/**
 * Index after the blank line that ends the frame at `start`, or 0 when it has not come yet; none
 * ends before `from`. At memory speed: line feeds only.
 */
function findPlainEnd(bytes: Buffer, start: number, from: number): number {
  if (bytes[start] === lineFeed) return start + 1;
  const end = bytes.indexOf('\n\n', Math.max(start, from - 1), 'latin1');
  return end < 0 ? 0 : end + 2;
}

/** The same line by line, since every line may end in another way. */
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

/** Index after the line end at `index`; -1 when a CR stands last and its LF may still come. */
function afterLineEnd(bytes: Buffer, index: number): number {
  if (bytes[index] === lineFeed) return index + 1;
  if (index + 1 === bytes.length) return -1;
  return bytes[index + 1] === lineFeed ? index + 2 : index + 1;
}

function createFrame(raw: Buffer, isPlain: boolean): SseFrame {
  const text = raw.toString('utf8');
  // Nearly every event is one line of data and a blank one, with a line for its name before them or
  // not.
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
