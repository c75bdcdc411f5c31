/**
 * The only tokenizer of JSON in raw bytes, in any number of pieces, and the scan for an object's
 * top-level fields without building it (step 1 of a request), so that the relay can replace `model`
 * in a body of any size. The tokenizer checks no grammar; its readers do (also check-json.ts,
 * walk-text.ts). The scan accepts only objects that it fully understands; check-json.ts explains
 * what is wrong with others.
 */

import { parseOrNothing } from './is-record.ts';
import { tooIntricate } from './refusal.ts';
import type { RequestBytes } from './request-bytes.ts';

const quote = 0x22;
const backslash = 0x5c;
const noBytes = Buffer.alloc(0);

/** Kinds of tokens. A bracket, comma, colon or invalid byte is represented by the byte itself. */
export const token = {
  string: quote,
  comma: 0x2c,
  colon: 0x3a,
  openObject: 0x7b,
  closeObject: 0x7d,
  openList: 0x5b,
  closeList: 0x5d,
  /** Covers numbers, `true`, `false`, `null`, and whatever else has the same characters. */
  scalar: 0x100,
  end: 0x101,
  /** A string without its closing quotation mark. */
  unended: 0x102,
} as const;

/** In ASCII, both closing brackets are two codes after the opening ones. */
export const toCloser = 2;
/** Limits nesting: agents send 10 to 20 levels, and recursive code handles several thousand. */
export const mostLevels = 1000;

/** Kind of token by its first byte: 1 means only space, 2 a scalar, 0 anything else. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (' \n\r\t'.includes(char)) return 1;
  return /[\w+.-]/.test(char) ? 2 : 0;
});
/**
 * Longer strings are searched with `indexOf`, which is fast but costs more to call than most keys
 * are long.
 */
const shortString = 24;

export class JsonTokens {
  /** Is the position of the last token's first byte; `end` is the one after its last. */
  start = 0;
  end = 0;
  /** The piece in which the last token ends. */
  piece: Buffer = noBytes;
  /** Counts the bytes before this piece. */
  base = 0;
  readonly #pieces: readonly Buffer[];
  #next = 0;
  /** Counts from the start of this piece. */
  #at = 0;

  constructor(pieces: readonly Buffer[]) {
    this.#pieces = pieces;
  }

  /** Moves to this byte; the text must be in one piece. */
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

  /** Returns the next byte, from the next non-empty piece if needed; undefined at the end. */
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

  /** Skips past the closing quotation mark; most bytes of a body are inside strings. */
  #skipString(): boolean {
    do {
      const from = this.#at;
      let end = this.#findQuote(from);
      while (end >= 0 && isEscaped(this.piece, from, end)) end = this.#findQuote(end + 1);
      this.#at = end < 0 ? this.piece.length : end + 1;
      if (end >= 0) return true;
      // An escape at the end of a piece applies to the next one.
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

/** A byte is escaped if an odd number of backslashes is before it. */
function isEscaped(bytes: Buffer, from: number, at: number): boolean {
  if (at === from || bytes[at - 1] !== backslash) return false;
  let first = at;
  while (first > from && bytes[first - 1] === backslash) first -= 1;
  return (at - first) % 2 === 1;
}

export interface ValuePlace {
  readonly start: number;
  readonly end: number;
}

export interface ScannedObject {
  /** If a field occurs twice, the last one counts, as in parsers. */
  readonly fields: ReadonlyMap<string, ValuePlace>;
  readonly twice: readonly string[];
  /** Is true if one of the words was found below the top level. */
  readonly hasWord: boolean;
}

/** Limit of top-level fields, far above any client's, since all requests wait for this scan. */
const mostFields = 10_000;

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
/** Matches escapes and control characters in a field's name. */
const unplain = /[\\\p{Cc}]/u;

/**
 * Returns the fields of one object with balanced brackets; undefined for anything else. Throws
 * `RequestError` (400) for more fields or deeper nesting than allowed.
 */
export function scanObject(body: RequestBytes, words?: WordList): ScannedObject | undefined {
  const scanner = new ObjectScanner(body, words);
  if (!scanner.scan()) return undefined;
  const { fields, twice, hasWord } = scanner;
  return { fields, twice, hasWord };
}

/** Words to look for below the top level. */
export interface WordList {
  readonly anywhere: Words;
  /**
   * Includes further words that count only directly in an object of a top-level list: as deep as
   * `input[0].id`.
   */
  readonly inItems: Words;
}

/**
 * Matches `\u005f` and the like. The words consist of letters and underscores, which have no other
 * escape.
 */
const letterEscape = /\\u([0-9a-f]{4})/gi;
const escapeLength = 6;

/** Counts brackets from the top object to a field of an item. */
const itemLevel = 2;

export function createWordList(
  anywhere: readonly string[],
  inItems: readonly string[] = [],
): WordList {
  return { anywhere: new Words(anywhere), inItems: new Words([...anywhere, ...inItems]) };
}

/** Looks for words among all strings, keys and values alike, escaped or not. */
class Words {
  readonly #byLength: ReadonlyMap<number, readonly Buffer[]>;
  /**
   * Lengths of the words plain, and with any of their characters escaped: most strings are ruled
   * out by length.
   */
  readonly writtenLengths: ReadonlySet<number>;

  constructor(words: readonly string[]) {
    const buffers = words.map((word) => Buffer.from(word));
    this.#byLength = Map.groupBy(buffers, ({ length }) => length);
    this.writtenLengths = new Set(buffers.flatMap(({ length }) => lengthsWritten(length)));
  }

  /**
   * The few strings of such a length are short: a loop over their bytes costs less than a call of
   * `indexOf`.
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

  /** Returns false if the object is not understood. */
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

  /** Skips an object or list by its brackets only. */
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

  /** Checks whether the last string, at this nesting, is a word. */
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
