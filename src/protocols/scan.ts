/**
 * Finds the top-level members of a JSON object in raw bytes without building it, so that the relay can splice `model`
 * into a body of any size, in however many pieces it came. Accepts only what it fully understands; for anything else the caller parses.
 */

import { mostLevels } from './check-json.ts';
import { tooIntricate } from './parse-body.ts';
import type { RequestBytes } from './request-bytes.ts';

/** One member of the object: its name, and where its value stands. */
export interface ScannedMember {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** More fields at the top than any client sends: what they would cost, everybody would wait for. */
const mostMembers = 10_000;

const noBytes = Buffer.alloc(0);
const quote = 0x22;
const backslash = 0x5c;

/**
 * The members in order, or undefined when the bytes are not one object balanced to the last byte with plain keys. Throws
 * `RequestError` (400) where there are more of them, or deeper brackets, than a request has.
 */
export function scanObject(body: RequestBytes, words?: WordSearch): readonly ScannedMember[] | undefined {
  return new ObjectScanner(body, words).scan();
}

/** What is looked for below the top level, and where. */
export interface WordList {
  readonly anywhere: Words;
  /** The same and further words, at once in an object that is an item of a list at the top: as deep as `input[0].id`. */
  readonly inItems: Words;
}

/** Words by their length, and the lengths that they have as written: nearly all strings are sorted out by theirs. */
interface Words {
  readonly byLength: ReadonlyMap<number, readonly Buffer[]>;
  /** Of the words plain, and with any of their characters escaped. */
  readonly writtenLengths: ReadonlySet<number>;
}

/** As in `\u005f`. The words are of letters and underscores, which have no other escape. */
const letterEscape = /\\u([0-9a-f]{4})/gi;
const escapeLength = 6;

/** Brackets around a field of an item, below the top. */
const itemLevel = 2;

export function createWordList(anywhere: readonly string[], inItems: readonly string[] = []): WordList {
  return { anywhere: createWords(anywhere), inItems: createWords([...anywhere, ...inItems]) };
}

function createWords(words: readonly string[]): Words {
  const buffers = words.map((word) => Buffer.from(word));
  return {
    byLength: Map.groupBy(buffers, ({ length }) => length),
    writtenLengths: new Set(buffers.flatMap(({ length }) => lengthsWritten(length))),
  };
}

/** Each escape makes a character longer. */
function lengthsWritten(length: number): readonly number[] {
  return Array.from({ length: length + 1 }, (_, escapes) => length + escapes * (escapeLength - 1));
}

/** Looks for words on the way, among all strings below the top level, keys and values alike, escaped or not. */
export class WordSearch {
  readonly #list: WordList;
  #words: Words;
  hasFound = false;

  constructor(list: WordList) {
    this.#list = list;
    this.#words = list.anywhere;
  }

  /** Whether a string of so many bytes, within so many brackets below the top, may be one of them, and none has been found. */
  wants(length: number, level: number): boolean {
    this.#words = level === itemLevel ? this.#list.inItems : this.#list.anywhere;
    return !this.hasFound && this.#words.writtenLengths.has(length);
  }

  /** Looks at the string between these bytes, which is wanted. */
  look(bytes: Buffer, start: number, end: number): void {
    this.hasFound ||= this.#isWord(bytes, start, end) || this.#isEscaped(bytes, start, end);
  }

  #isWord(bytes: Buffer, start: number, end: number): boolean {
    const words = this.#words.byLength.get(end - start);
    return (
      words?.some((word) => word[0] === bytes[start] && word.equals(bytes.subarray(start, end))) === true
    );
  }

  /** The few strings that come here are short: a loop over their bytes costs less than a call of `indexOf`. */
  #isEscaped(bytes: Buffer, start: number, end: number): boolean {
    let at = start;
    while (at < end && bytes[at] !== backslash) at += 1;
    if (at === end) return false;
    const plain = Buffer.from(unescapeLetters(bytes.toString('latin1', start, end)));
    return this.#isWord(plain, 0, plain.length);
  }
}

function unescapeLetters(text: string): string {
  return text.replace(letterEscape, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Reads the pieces of a body one after the other, as if they were one. */
class ObjectScanner {
  readonly #body: RequestBytes;
  readonly #words: WordSearch | undefined;
  #piece: Buffer = noBytes;
  /** Which piece comes after this. */
  #next = 0;
  /** Where in the body this piece begins. */
  #base = 0;
  /** The next byte, counted in this piece. */
  #at = 0;

  constructor(body: RequestBytes, words: WordSearch | undefined) {
    this.#body = body;
    this.#words = words;
  }

  scan(): readonly ScannedMember[] | undefined {
    this.#skipSpace();
    if (!this.#take(0x7b)) return undefined;
    const members: ScannedMember[] = [];
    this.#skipSpace();
    if (!this.#take(0x7d)) {
      do {
        const member = this.#readMember();
        if (member === undefined) return undefined;
        members.push(member);
        if (members.length > mostMembers) throw tooIntricate(`more than ${mostMembers} fields at the top`);
      } while (this.#take(0x2c));
      if (!this.#take(0x7d)) return undefined;
    }
    this.#skipSpace();
    return this.#index === this.#body.length ? members : undefined;
  }

  /** The next byte, counted in the body. */
  get #index(): number {
    return this.#base + this.#at;
  }

  /** The next byte; undefined at the end. */
  #peek(): number | undefined {
    return this.#at < this.#piece.length || this.#turnOver() ? this.#piece[this.#at] : undefined;
  }

  /** To the next piece that is not empty; false when there is none. */
  #turnOver(): boolean {
    for (;;) {
      const next = this.#body.pieces[this.#next];
      if (next === undefined) return false;
      this.#base += this.#piece.length;
      this.#piece = next;
      this.#at = 0;
      this.#next += 1;
      if (next.length > 0) return true;
    }
  }

  #readMember(): ScannedMember | undefined {
    this.#skipSpace();
    const keyStart = this.#index + 1;
    if (!this.#skipString()) return undefined;
    const key = this.#text(keyStart, this.#index - 1);
    if (key.includes('\\')) return undefined;
    this.#skipSpace();
    if (!this.#take(0x3a)) return undefined;
    this.#skipSpace();
    const start = this.#index;
    if (!this.#skipValue()) return undefined;
    const end = this.#index;
    this.#skipSpace();
    return { key, start, end };
  }

  #skipValue(): boolean {
    const first = this.#peek();
    if (first === quote) return this.#skipString();
    if (first === 0x7b || first === 0x5b) return this.#skipNested();
    return this.#skipScalar();
  }

  /** Objects and arrays by their brackets; strings inside are jumped over. */
  #skipNested(): boolean {
    const closers: number[] = [];
    for (let byte = this.#peek(); byte !== undefined; byte = this.#peek()) {
      if (byte === quote) {
        const start = this.#index + 1;
        if (!this.#skipString()) return false;
        this.#lookAt(start, this.#index - 1, closers.length);
        continue;
      }
      this.#at += 1;
      if (byte === 0x7b) closers.push(0x7d);
      else if (byte === 0x5b) closers.push(0x5d);
      else if (byte === 0x7d || byte === 0x5d) {
        if (closers.pop() !== byte) return false;
        if (closers.length === 0) return true;
      }
      if (closers.length > mostLevels) throw tooIntricate(`brackets more than ${mostLevels} levels deep`);
    }
    return false;
  }

  #lookAt(start: number, end: number, level: number): void {
    if (this.#words?.wants(end - start, level) !== true) return;
    if (start >= this.#base) this.#words.look(this.#piece, start - this.#base, end - this.#base);
    else this.#words.look(Buffer.concat(this.#body.slice(start, end)), 0, end - start);
  }

  /** `indexOf` runs at memory speed: most bytes of a body stand inside strings. */
  #skipString(): boolean {
    if (!this.#take(quote)) return false;
    let slashes = 0;
    do {
      const start = this.#at;
      let end = this.#piece.indexOf(quote, start);
      while (end >= 0 && this.#slashesBefore(end, start, slashes) % 2 === 1)
        end = this.#piece.indexOf(quote, end + 1);
      if (end >= 0) {
        this.#at = end + 1;
        return true;
      }
      slashes = this.#slashesBefore(this.#piece.length, start, slashes);
    } while (this.#turnOver());
    return false;
  }

  /** How many backslashes stand right before `end`; those `carried` over from the piece before count when all since `start` are some. */
  #slashesBefore(end: number, start: number, carried: number): number {
    let first = end;
    while (first > start && this.#piece[first - 1] === backslash) first -= 1;
    return first > start ? end - first : end - start + carried;
  }

  #skipScalar(): boolean {
    const start = this.#index;
    for (let byte = this.#peek(); byte !== undefined && isScalarByte(byte); byte = this.#peek())
      this.#at += 1;
    const text = this.#text(start, this.#index);
    return /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text);
  }

  #skipSpace(): void {
    while (isSpace(this.#peek())) this.#at += 1;
  }

  #take(byte: number): boolean {
    if (this.#peek() !== byte) return false;
    this.#at += 1;
    return true;
  }

  /** What was just read, from `start` up to `end`. */
  #text(start: number, end: number): string {
    return start < this.#base
      ? this.#body.text(start, end)
      : this.#piece.toString('utf8', start - this.#base, end - this.#base);
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Digits, letters, sign, point. */
function isScalarByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x45 || isSign(byte);
}

function isSign(byte: number): boolean {
  return byte === 0x2b || byte === 0x2d || byte === 0x2e;
}
