/**
 * Finds the fields at the top of a JSON object in raw bytes without building it (step 1 of a request), so that the relay can put
 * another `model` into a body of any size, in however many pieces it came. Accepts only what it fully understands; for anything else the caller parses.
 */

import { mostLevels, spaces, tableOf } from './check-json.ts';
import { parseOrNothing } from './is-record.ts';
import { tooIntricate } from './parse-body.ts';
import type { RequestBytes } from './request-bytes.ts';

/** Where the value of a field stands. */
export interface ValuePlace {
  readonly start: number;
  readonly end: number;
}

export interface ScannedObject {
  /** Of a field that stands there twice the last, as parsers have it. */
  readonly fields: ReadonlyMap<string, ValuePlace>;
  readonly twice: readonly string[];
  /** One of the words stands below the top level. */
  readonly hasWord: boolean;
}

/** More fields at the top than any client sends: what they would cost, everybody would wait for. */
const mostFields = 10_000;

const noBytes = Buffer.alloc(0);
/** Codes of bytes: a constant of another module would be looked up anew for each byte. */
const quote = 0x22;
const backslash = 0x5c;
const openObject = 0x7b;
const closeObject = 0x7d;
const openList = 0x5b;
const closeList = 0x5d;
/** Of numbers and of `true`, `false`, `null`. */
const scalarBytes = tableOf((byte) => /[\w+.-]/.test(String.fromCharCode(byte)));

/**
 * The fields of one object that is balanced to the last byte; undefined for anything else. Throws `RequestError` (400) where there are
 * more of them, or deeper brackets, than a request has.
 */
export function scanObject(body: RequestBytes, words?: WordList): ScannedObject | undefined {
  const scanner = new ObjectScanner(body, words);
  if (!scanner.scan()) return undefined;
  const { fields, twice, hasWord } = scanner;
  return { fields, twice, hasWord };
}

/** What is looked for below the top level, and where. */
export interface WordList {
  readonly anywhere: Words;
  /** The same and further words, at once in an object that is an item of a list at the top: as deep as `input[0].id`. */
  readonly inItems: Words;
}

/** As in `\u005f`. The words are of letters and underscores, which have no other escape. */
const letterEscape = /\\u([0-9a-f]{4})/gi;
const escapeLength = 6;

/** Brackets around a field of an item, below the top. */
const itemLevel = 2;

export function createWordList(anywhere: readonly string[], inItems: readonly string[] = []): WordList {
  return { anywhere: new Words(anywhere), inItems: new Words([...anywhere, ...inItems]) };
}

/** Words that are looked for among all strings, keys and values alike, escaped or not. */
class Words {
  readonly #byLength: ReadonlyMap<number, readonly Buffer[]>;
  /** Lengths of the words plain, and with any of their characters escaped: nearly all strings are sorted out by theirs. */
  readonly writtenLengths: ReadonlySet<number>;

  constructor(words: readonly string[]) {
    const buffers = words.map((word) => Buffer.from(word));
    this.#byLength = Map.groupBy(buffers, ({ length }) => length);
    this.writtenLengths = new Set(buffers.flatMap(({ length }) => lengthsWritten(length)));
  }

  /** The few strings that have such a length are short: a loop over their bytes costs less than a call of `indexOf`. */
  has(bytes: Buffer, start: number, end: number): boolean {
    for (const word of this.#byLength.get(end - start) ?? [])
      if (word[0] === bytes[start] && word.equals(bytes.subarray(start, end))) return true;
    let at = start;
    while (at < end && bytes[at] !== backslash) at += 1;
    if (at === end) return false;
    const plain = Buffer.from(unescapeLetters(bytes.toString('latin1', start, end)));
    return this.#byLength.get(plain.length)?.some((word) => word.equals(plain)) === true;
  }
}

/** Each escape makes a character longer. */
function lengthsWritten(length: number): readonly number[] {
  return Array.from({ length: length + 1 }, (_, escapes) => length + escapes * (escapeLength - 1));
}

function unescapeLetters(text: string): string {
  return text.replace(letterEscape, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Reads the pieces of a body one after the other, as if they were one. */
class ObjectScanner {
  readonly #body: RequestBytes;
  readonly #words: WordList | undefined;
  readonly fields = new Map<string, ValuePlace>();
  readonly twice: string[] = [];
  hasWord = false;
  #piece: Buffer = noBytes;
  /** Which piece comes after this. */
  #next = 0;
  /** Where in the body this piece begins. */
  #base = 0;
  /** The next byte, counted in this piece. */
  #at = 0;

  constructor(body: RequestBytes, words: WordList | undefined) {
    this.#body = body;
    this.#words = words;
  }

  /** False where it is not understood. */
  scan(): boolean {
    this.#skipSpace();
    if (!this.#take(openObject)) return false;
    this.#skipSpace();
    if (!this.#take(closeObject)) {
      do if (!this.#readField()) return false;
      while (this.#take(0x2c));
      if (!this.#take(closeObject)) return false;
    }
    this.#skipSpace();
    return this.#base + this.#at === this.#body.length;
  }

  /** The next byte; undefined at the end. */
  #peek(): number | undefined {
    return this.#at < this.#piece.length || this.#turnOver() ? this.#piece[this.#at] : undefined;
  }

  /** To the next piece that is not empty; false when there is none. */
  #turnOver(): boolean {
    do {
      const next = this.#body.pieces[this.#next];
      if (next === undefined) return false;
      this.#base += this.#piece.length;
      this.#piece = next;
      this.#at = 0;
      this.#next += 1;
    } while (this.#piece.length === 0);
    return true;
  }

  #readField(): boolean {
    this.#skipSpace();
    const keyStart = this.#base + this.#at + 1;
    if (!this.#skipString()) return false;
    const written = this.#body.text(keyStart, this.#base + this.#at - 1);
    const key = written.includes('\\') ? parseOrNothing(`"${written}"`) : written;
    this.#skipSpace();
    if (typeof key !== 'string' || !this.#take(0x3a)) return false;
    this.#skipSpace();
    const start = this.#base + this.#at;
    if (!this.#skipValue()) return false;
    if (this.fields.has(key)) this.twice.push(key);
    this.fields.set(key, { start, end: this.#base + this.#at });
    if (this.fields.size + this.twice.length > mostFields)
      throw tooIntricate(`more than ${mostFields} fields at the top`);
    this.#skipSpace();
    return true;
  }

  #skipValue(): boolean {
    const first = this.#peek();
    if (first === openObject || first === openList) return this.#skipNested();
    return first === quote ? this.#skipString() : this.#skipScalar();
  }

  /** Objects and lists by their brackets; strings inside are jumped over. */
  #skipNested(): boolean {
    const closers: number[] = [];
    for (let byte = this.#peek(); byte !== undefined; byte = this.#peek()) {
      if (byte === quote) {
        const start = this.#base + this.#at + 1;
        if (!this.#skipString()) return false;
        if (!this.hasWord) this.#look(start, this.#base + this.#at - 1, closers.length);
        continue;
      }
      this.#at += 1;
      if (byte === openObject || byte === openList) closers.push(byte + 2);
      else if (byte === closeObject || byte === closeList) {
        if (closers.pop() !== byte) return false;
        if (closers.length === 0) return true;
      }
      if (closers.length > mostLevels) throw tooIntricate(`brackets more than ${mostLevels} levels deep`);
    }
    return false;
  }

  /** `indexOf` runs at memory speed: most bytes of a body stand inside strings. */
  #skipString(): boolean {
    if (!this.#take(quote)) return false;
    do {
      const from = this.#at;
      let end = this.#piece.indexOf(quote, from);
      while (end >= 0 && isEscaped(this.#piece, from, end)) end = this.#piece.indexOf(quote, end + 1);
      this.#at = end < 0 ? this.#piece.length : end + 1;
      if (end >= 0) return true;
      // What is escaped at the end of a piece stands in the next one.
      if (isEscaped(this.#piece, from, this.#at) && this.#peek() !== undefined) this.#at += 1;
    } while (this.#peek() !== undefined);
    return false;
  }

  /** Whether the string between these bytes, within so many brackets, is a word. */
  #look(start: number, end: number, level: number): void {
    const words = level === itemLevel ? this.#words?.inItems : this.#words?.anywhere;
    if (words?.writtenLengths.has(end - start) !== true) return;
    if (start >= this.#base) this.hasWord = words.has(this.#piece, start - this.#base, end - this.#base);
    else this.hasWord = words.has(Buffer.concat(this.#body.slice(start, end)), 0, end - start);
  }

  #skipScalar(): boolean {
    const start = this.#base + this.#at;
    while (scalarBytes[this.#peek() ?? 0] === 1) this.#at += 1;
    const text = this.#body.text(start, this.#base + this.#at);
    return /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text);
  }

  #skipSpace(): void {
    while (spaces[this.#peek() ?? 0] === 1) this.#at += 1;
  }

  #take(byte: number): boolean {
    if (this.#peek() !== byte) return false;
    this.#at += 1;
    return true;
  }
}

/** Whether an odd number of backslashes stands right before this byte. */
function isEscaped(bytes: Buffer, from: number, at: number): boolean {
  if (at === from || bytes[at - 1] !== backslash) return false;
  let first = at;
  while (first > from && bytes[first - 1] === backslash) first -= 1;
  return (at - first) % 2 === 1;
}
