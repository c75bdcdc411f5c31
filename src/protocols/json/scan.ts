/**
 * The one reader of JSON in raw bytes, in however many pieces they came: splits them into tokens,
 * and finds the fields at the top of an object without building it (step 1 of a request), so that
 * the relay can put another `model` into a body of any size. Tokens ask for no grammar: which may
 * follow which is for their reader to say (also check-json.ts, walk-text.ts). The scan of an object
 * accepts only what it fully understands; what is wrong with anything else, the check says.
 */

import { parseOrNothing } from './is-record.ts';
import { tooIntricate } from './refusal.ts';
import type { RequestBytes } from './request-bytes.ts';

const quote = 0x22;
const backslash = 0x5c;
const noBytes = Buffer.alloc(0);

/** What a token is: for a bracket, comma, colon, or a byte that no JSON has, the byte itself. */
export const token = {
  string: quote,
  comma: 0x2c,
  colon: 0x3a,
  openObject: 0x7b,
  closeObject: 0x7d,
  openList: 0x5b,
  closeList: 0x5d,
  /** A number, `true`, `false`, `null`, or what is written with the same characters. */
  scalar: 0x100,
  end: 0x101,
  /** A string without its closing quotation mark. */
  unended: 0x102,
} as const;

/** Both closing brackets stand two places behind the opening ones. */
export const toCloser = 2;
/**
 * Brackets within brackets: agents send 10 to 20, and what is written by recursion can hold several
 * thousand.
 */
export const mostLevels = 1000;

/** What a token that begins with this byte is: 1 none but space, 2 a scalar, 0 anything else. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (' \n\r\t'.includes(char)) return 1;
  return /[\w+.-]/.test(char) ? 2 : 0;
});
/**
 * A string that is longer is searched by `indexOf`, which runs at memory speed, but costs more to
 * call than most keys are long.
 */
const shortString = 24;

export class JsonTokens {
  /** The first byte of the last token, and the one behind it. */
  start = 0;
  end = 0;
  /** The piece in which the last token ends. */
  piece: Buffer = noBytes;
  /** Where in the text this piece begins. */
  base = 0;
  readonly #pieces: readonly Buffer[];
  /** Which piece comes after this. */
  #next = 0;
  /** The next byte, counted in this piece. */
  #at = 0;

  constructor(pieces: readonly Buffer[]) {
    this.#pieces = pieces;
  }

  /** Goes on from this byte of a text in one piece. */
  goTo(byte: number): void {
    this.#at = byte;
  }

  next(): number {
    let byte = this.#peek();
    while (byte !== undefined && kinds[byte] === 1) {
      this.#at += 1;
      byte = this.#peek();
    }
    this.start = this.base + this.#at;
    if (byte !== undefined) this.#at += 1;
    let kind: number = byte ?? token.end;
    if (byte === quote) kind = this.#skipString() ? token.string : token.unended;
    else if (byte !== undefined && kinds[byte] === 2) {
      kind = token.scalar;
      while (kinds[this.#peek() ?? 0] === 2) this.#at += 1;
    }
    this.end = this.base + this.#at;
    return kind;
  }

  /** The next byte, of the next piece that is not empty; undefined at the end. */
  #peek(): number | undefined {
    while (this.#at === this.piece.length) {
      const next = this.#pieces[this.#next];
      if (next === undefined) return undefined;
      this.base += this.piece.length;
      this.piece = next;
      this.#at = 0;
      this.#next += 1;
    }
    return this.piece[this.#at];
  }

  /** To behind its closing quotation mark: most bytes of a body stand inside strings. */
  #skipString(): boolean {
    do {
      const from = this.#at;
      let end = this.#findQuote(from);
      while (end >= 0 && isEscaped(this.piece, from, end)) end = this.#findQuote(end + 1);
      this.#at = end < 0 ? this.piece.length : end + 1;
      if (end >= 0) return true;
      // What is escaped at the end of a piece stands in the next one.
      if (isEscaped(this.piece, from, this.#at) && this.#peek() !== undefined) this.#at += 1;
    } while (this.#peek() !== undefined);
    return false;
  }

  #findQuote(from: number): number {
    const { piece } = this;
    const most = Math.min(from + shortString, piece.length);
    for (let at = from; at < most; at++) if (piece[at] === quote) return at;
    return piece.indexOf(quote, most);
  }
}

/** Whether an odd number of backslashes stands right before this byte. */
function isEscaped(bytes: Buffer, from: number, at: number): boolean {
  if (at === from || bytes[at - 1] !== backslash) return false;
  let first = at;
  while (first > from && bytes[first - 1] === backslash) first -= 1;
  return (at - first) % 2 === 1;
}

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

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
/** In a name, what does not stand for itself: an escape, or what JSON does not allow. */
const unplain = /[\\\p{Cc}]/u;

/**
 * The fields of one object that is balanced to the last byte; undefined for anything else. Throws
 * `RequestError` (400) where there are more of them, or deeper brackets, than a request has.
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
  /**
   * The same and further words, at once in an object that is an item of a list at the top: as deep
   * as `input[0].id`.
   */
  readonly inItems: Words;
}

/** As in `\u005f`. The words are of letters and underscores, which have no other escape. */
const letterEscape = /\\u([0-9a-f]{4})/gi;
const escapeLength = 6;

/** Brackets around a field of an item, below the top. */
const itemLevel = 2;

export function createWordList(
  anywhere: readonly string[],
  inItems: readonly string[] = [],
): WordList {
  return { anywhere: new Words(anywhere), inItems: new Words([...anywhere, ...inItems]) };
}

/** Words that are looked for among all strings, keys and values alike, escaped or not. */
class Words {
  readonly #byLength: ReadonlyMap<number, readonly Buffer[]>;
  /**
   * Lengths of the words plain, and with any of their characters escaped: nearly all strings are
   * sorted out by theirs.
   */
  readonly writtenLengths: ReadonlySet<number>;

  constructor(words: readonly string[]) {
    const buffers = words.map((word) => Buffer.from(word));
    this.#byLength = Map.groupBy(buffers, ({ length }) => length);
    this.writtenLengths = new Set(buffers.flatMap(({ length }) => lengthsWritten(length)));
  }

  /**
   * The few strings that have such a length are short: a loop over their bytes costs less than a
   * call of `indexOf`.
   */
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
  return text.replace(letterEscape, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

class ObjectScanner {
  readonly #body: RequestBytes;
  readonly #words: WordList | undefined;
  readonly #tokens: JsonTokens;
  readonly fields = new Map<string, ValuePlace>();
  readonly twice: string[] = [];
  hasWord = false;

  constructor(body: RequestBytes, words: WordList | undefined) {
    this.#body = body;
    this.#words = words;
    this.#tokens = new JsonTokens(body.pieces);
  }

  /** False where it is not understood. */
  scan(): boolean {
    const tokens = this.#tokens;
    if (tokens.next() !== token.openObject) return false;
    let next = tokens.next();
    if (next !== token.closeObject) {
      if (!this.#readField(next)) return false;
      for (next = tokens.next(); next === token.comma; next = tokens.next())
        if (!this.#readField(tokens.next())) return false;
    }
    return next === token.closeObject && tokens.next() === token.end;
  }

  #readField(first: number): boolean {
    const tokens = this.#tokens;
    if (first !== token.string) return false;
    const written = this.#body.text(tokens.start + 1, tokens.end - 1);
    const key = unplain.test(written) ? parseOrNothing(`"${written}"`) : written;
    if (typeof key !== 'string' || tokens.next() !== token.colon) return false;
    const kind = tokens.next();
    const { start } = tokens;
    if (!this.#skipValue(kind)) return false;
    if (this.fields.has(key)) this.twice.push(key);
    this.fields.set(key, { start, end: tokens.end });
    if (this.fields.size + this.twice.length > mostFields)
      throw tooIntricate(`more than ${mostFields} fields at the top`);
    return true;
  }

  #skipValue(kind: number): boolean {
    if (kind === token.openObject || kind === token.openList) return this.#skipNested(kind);
    const { start, end } = this.#tokens;
    return (
      kind === token.string || (kind === token.scalar && scalar.test(this.#body.text(start, end)))
    );
  }

  /** Objects and lists by their brackets alone. */
  #skipNested(opener: number): boolean {
    const tokens = this.#tokens;
    const closers = [opener + toCloser];
    for (let next = tokens.next(); next < token.end; next = tokens.next()) {
      if (next === token.string) {
        if (!this.hasWord) this.#look(closers.length);
      } else if (next === token.openObject || next === token.openList) {
        closers.push(next + toCloser);
        if (closers.length > mostLevels)
          throw tooIntricate(`brackets more than ${mostLevels} levels deep`);
      } else if (next === token.closeObject || next === token.closeList) {
        if (closers.pop() !== next) return false;
        if (closers.length === 0) return true;
      }
    }
    return false;
  }

  /** Whether the string that was just read, within so many brackets, is a word. */
  #look(level: number): void {
    const words = level === itemLevel ? this.#words?.inItems : this.#words?.anywhere;
    const { start, end, piece, base } = this.#tokens;
    if (words?.writtenLengths.has(end - start - 2) !== true) return;
    if (start >= base) this.hasWord = words.has(piece, start + 1 - base, end - 1 - base);
    else
      this.hasWord = words.has(
        Buffer.concat(this.#body.slice(start + 1, end - 1)),
        0,
        end - start - 2,
      );
  }
}
