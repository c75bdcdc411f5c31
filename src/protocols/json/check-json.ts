/**
 * Checks JSON in raw bytes without building anything: stops at the first fault, with its place, or
 * at the first value over the limit. Bytes that pass are safe to parse: valid JSON, and limited in
 * memory and time.
 */

import { JsonTokens, mostLevels, toCloser, token } from './scan.ts';

/**
 * A fault and its place. It never quotes the text: users' content belongs in no error and no log.
 */
export interface JsonFault {
  readonly kind: 'broken' | 'intricate';
  readonly cause: string;
  /** Counts bytes from the start. */
  readonly byte: number;
  /** Line and column are counted from 1. */
  readonly line: number;
  readonly column: number;
}

/**
 * Limit of numbers, texts, lists and objects in a body that is read or edited: at worst a second of
 * work. No conversation has as many; lists of tokens to embed have up to 300,000.
 */
export const mostValues = 500_000;
/**
 * Limit for a translated body, which costs ten times as much. A tool call with its result has about
 * 15 values and rarely less than 200 tokens, so a context window of a million tokens has 75,000.
 */
export const mostTranslated = 100_000;
const backslash = 0x5c;
const space = 0x20;
const lineFeed = 0x0a;

/**
 * Matches a valid scalar at the start of the token; the rest belongs to the next token. Ends early
 * where a digit is missing.
 */
const scalarForm = /^(?:true|false|null|-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:(?<=\d)[eE][+-]?\d*)?)?)/;
/** Matches a valid escape sequence. */
const escapeForm = /^\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/;

/** Returns the first fault; undefined if the bytes are one JSON value within the limit. */
export function checkJson(bytes: Buffer, limit = mostValues): JsonFault | undefined {
  const checker = new JsonChecker(bytes, limit);
  try {
    checker.check();
    return undefined;
  } catch (error) {
    if (!(error instanceof FoundFault)) throw error;
    const { kind, cause, byte } = error;
    return { kind, cause, byte, ...findLineAndColumn(bytes, byte) };
  }
}

class FoundFault {
  readonly kind: JsonFault['kind'];
  readonly cause: string;
  readonly byte: number;

  constructor(kind: JsonFault['kind'], cause: string, byte: number) {
    this.kind = kind;
    this.cause = cause;
    this.byte = byte;
  }
}

class JsonChecker {
  readonly #bytes: Buffer;
  readonly #tokens: JsonTokens;
  readonly #limit: number;
  /** The opening brackets that are not closed yet. */
  readonly #open: number[] = [];
  #values = 0;
  /** Is true right after an opening bracket. */
  #isFirst = false;

  constructor(bytes: Buffer, limit: number) {
    this.#bytes = bytes;
    this.#tokens = new JsonTokens([bytes]);
    this.#limit = limit;
  }

  /** Throws a `FoundFault`. */
  check(): void {
    this.#readValue(this.#tokens.next());
    for (let opener = this.#open.at(-1); opener !== undefined; opener = this.#open.at(-1))
      this.#goOn(opener, opener + toCloser);
    if (this.#tokens.next() !== token.end)
      throw this.#broken('something follows the end of the JSON');
  }

  /** Reads one member or item, or the closing bracket, of the innermost object or list. */
  #goOn(opener: number, closer: number): void {
    let next = this.#tokens.next();
    if (next === closer) {
      this.#open.pop();
      this.#isFirst = false;
      return;
    }
    if (!this.#isFirst) {
      if (next !== token.comma) throw this.#notFound(`a comma or ${String.fromCharCode(closer)}`);
      next = this.#tokens.next();
      if (next === closer)
        throw this.#broken(`there is a comma before ${String.fromCharCode(closer)}`);
    }
    this.#readValue(opener === token.openObject ? this.#readKey(next) : next);
  }

  /** Returns the first token of the value. */
  #readKey(first: number): number {
    if (!isText(first)) throw this.#notFound('the name of a field in double quotation marks');
    this.#checkText(first);
    if (this.#tokens.next() !== token.colon)
      throw this.#notFound('a colon behind the name of a field');
    return this.#tokens.next();
  }

  #readValue(first: number): void {
    this.#values += 1;
    if (this.#values > this.#limit) throw this.#intricate(`more than ${this.#limit} values`);
    this.#isFirst = first === token.openObject || first === token.openList;
    if (isText(first)) this.#checkText(first);
    else if (!this.#isFirst) this.#checkScalar();
    else if (this.#open.push(first) > mostLevels)
      throw this.#intricate(`brackets more than ${mostLevels} levels deep`);
  }

  /** Only quotation marks, backslashes and control characters are special in a text. */
  #checkText(kind: number): void {
    const { start, end } = this.#tokens;
    const behind = kind === token.string ? end - 1 : end;
    for (let at = start + 1; at < behind; at++) {
      const byte = this.#bytes[at] ?? 0;
      if (byte === backslash) at += this.#lengthOfEscape(at) - 1;
      else if (byte < space)
        throw foundBroken(
          'a string has an unescaped line break, tab or other control character',
          at,
        );
    }
    if (kind === token.unended) throw foundBroken('it ends within a text', end);
  }

  #lengthOfEscape(at: number): number {
    const found = escapeForm.exec(this.#bytes.toString('latin1', at, at + 6));
    if (found === null)
      throw foundBroken('a backslash in a text begins no escape that JSON has', at);
    return found[0].length;
  }

  /** The rest of the bytes belongs to the next token. */
  #checkScalar(): void {
    const { start, end } = this.#tokens;
    const written = scalarForm.exec(this.#bytes.toString('latin1', start, end))?.[0] ?? '';
    if (written === '')
      throw this.#notFound(
        'a value (a text in double quotation marks, a number, true, false, null, { or [)',
      );
    this.#tokens.goTo(start + written.length);
    if (!/\d$|^[a-z]/.test(written)) throw this.#notFound('a digit', start + written.length);
  }

  #notFound(what: string, at = this.#tokens.start): FoundFault {
    return foundBroken(
      at >= this.#bytes.length ? `it ends where ${what} is expected` : `${what} is missing`,
      at,
    );
  }

  #broken(cause: string): FoundFault {
    return foundBroken(cause, this.#tokens.start);
  }

  #intricate(cause: string): FoundFault {
    return new FoundFault('intricate', cause, this.#tokens.start);
  }
}

function foundBroken(cause: string, byte: number): FoundFault {
  return new FoundFault('broken', cause, byte);
}

function isText(kind: number): boolean {
  return kind === token.string || kind === token.unended;
}

/** Columns count characters, so UTF-8 continuation bytes are skipped. */
function findLineAndColumn(bytes: Buffer, at: number): Pick<JsonFault, 'line' | 'column'> {
  let line = 1;
  let column = 1;
  for (let index = 0; index < at; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === lineFeed) {
      line += 1;
      column = 1;
    } else if ((byte & 0xc0) !== 0x80) column += 1;
  }
  return { line, column };
}
