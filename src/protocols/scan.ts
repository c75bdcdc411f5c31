/**
 * Finds the top-level members of a JSON object in raw bytes without building it, so that the relay can splice `model`
 * into a body of any size. Accepts only what it fully understands; for anything else the caller parses.
 */

/** One member of the object: its name, and where its value stands. */
export interface ScannedMember {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;

/** The members in order, or undefined when the bytes are not one object balanced to the last byte with plain keys. */
export function scanObject(bytes: Buffer, words?: WordSearch): readonly ScannedMember[] | undefined {
  return new ObjectScanner(bytes, words).scan();
}

/** Words by their length: nearly all strings are sorted out by theirs. */
export type WordList = ReadonlyMap<number, readonly Buffer[]>;

export function createWordList(words: readonly string[]): WordList {
  const buffers = words.map((word) => Buffer.from(word));
  return Map.groupBy(buffers, ({ length }) => length);
}

/** Looks for words on the way, among all strings below the top level, keys and values alike. */
export class WordSearch {
  readonly #words: WordList;
  hasFound = false;

  constructor(words: WordList) {
    this.#words = words;
  }

  /** Looks at the string between these bytes. */
  look(bytes: Buffer, start: number, end: number): void {
    const words = this.hasFound ? undefined : this.#words.get(end - start);
    if (words === undefined) return;
    this.hasFound = words.some((word) => word[0] === bytes[start] && word.equals(bytes.subarray(start, end)));
  }
}

class ObjectScanner {
  readonly #bytes: Buffer;
  readonly #words: WordSearch | undefined;
  #index = 0;

  constructor(bytes: Buffer, words: WordSearch | undefined) {
    this.#bytes = bytes;
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
      } while (this.#take(0x2c));
      if (!this.#take(0x7d)) return undefined;
    }
    this.#skipSpace();
    return this.#index === this.#bytes.length ? members : undefined;
  }

  #readMember(): ScannedMember | undefined {
    this.#skipSpace();
    const keyStart = this.#index + 1;
    if (!this.#skipString()) return undefined;
    const key = this.#bytes.toString('utf8', keyStart, this.#index - 1);
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
    const first = this.#bytes[this.#index];
    if (first === quote) return this.#skipString();
    if (first === 0x7b || first === 0x5b) return this.#skipNested();
    return this.#skipScalar();
  }

  /** Objects and arrays by their brackets; strings inside are jumped over. */
  #skipNested(): boolean {
    const closers: number[] = [];
    while (this.#index < this.#bytes.length) {
      const byte = this.#bytes[this.#index];
      if (byte === quote) {
        const start = this.#index + 1;
        if (!this.#skipString()) return false;
        this.#words?.look(this.#bytes, start, this.#index - 1);
        continue;
      }
      this.#index += 1;
      if (byte === 0x7b) closers.push(0x7d);
      else if (byte === 0x5b) closers.push(0x5d);
      else if (byte === 0x7d || byte === 0x5d) {
        if (closers.pop() !== byte) return false;
        if (closers.length === 0) return true;
      }
    }
    return false;
  }

  /** `indexOf` runs at memory speed: most bytes of a body stand inside strings. */
  #skipString(): boolean {
    if (this.#bytes[this.#index] !== quote) return false;
    const start = this.#index + 1;
    let end = this.#bytes.indexOf(quote, start);
    while (end >= 0 && this.#isEscaped(end, start)) end = this.#bytes.indexOf(quote, end + 1);
    if (end < 0) return false;
    this.#index = end + 1;
    return true;
  }

  #isEscaped(at: number, start: number): boolean {
    let slashes = 0;
    for (let index = at - 1; index >= start && this.#bytes[index] === backslash; index--) slashes += 1;
    return slashes % 2 === 1;
  }

  #skipScalar(): boolean {
    const start = this.#index;
    while (this.#index < this.#bytes.length && isScalarByte(this.#bytes[this.#index] ?? 0)) this.#index += 1;
    const text = this.#bytes.toString('latin1', start, this.#index);
    return /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text);
  }

  #skipSpace(): void {
    while (isSpace(this.#bytes[this.#index])) this.#index += 1;
  }

  #take(byte: number): boolean {
    if (this.#bytes[this.#index] !== byte) return false;
    this.#index += 1;
    return true;
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
