/**
 * Reads JSON in raw bytes without building anything: stops at the first fault and says where it
 * stands and what it is, or at the first value too many. What has passed is safe to parse: it is
 * JSON, and what it becomes fits into memory and into a moment.
 */

import { JsonTokens, mostLevels, toCloser, token } from './scan.ts';

/**
 * Where something is wrong, and what. No piece of the text is in it: what people wrote belongs into
 * no error and no log.
 */
export interface JsonFault {
  readonly kind: 'broken' | 'intricate';
  readonly cause: string;
  /** Bytes before it. */
  readonly byte: number;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

/**
 * Numbers, texts, lists and objects, in all, where a body is read or edited: a second of work at
 * worst. Nobody writes a conversation with as many; lists of tokens to embed have up to 300,000.
 */
export const mostValues = 500_000;
/**
 * Where it is translated, which costs ten times as much. A call of a tool and its result are about
 * 15 values and rarely less than 200 tokens: a context window of a million tokens holds 75,000.
 */
export const mostTranslated = 100_000;
const backslash = 0x5c;
const space = 0x20;
const lineFeed = 0x0a;

/**
 * A scalar, as far as JSON has it: what stands behind belongs to the next token. It is cut short
 * where a digit is missing.
 */
const scalarForm = /^(?:true|false|null|-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:(?<=\d)[eE][+-]?\d*)?)?)/;
/** What a backslash begins. */
const escapeForm = /^\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/;

/** The first fault; undefined when the bytes are one JSON value of a size that can be parsed. */
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
  /** How many values it may have. */
  readonly #limit: number;
  /** The opening brackets that are not closed yet. */
  readonly #open: number[] = [];
  #values = 0;
  /** The last thing read opened a bracket. */
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
      throw this.#broken('something stands behind the end of the JSON');
  }

  /** One member or item, or the closing bracket, of the innermost object or list. */
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
        throw this.#broken(`a comma stands before ${String.fromCharCode(closer)}`);
    }
    this.#readValue(opener === token.openObject ? this.#readKey(next) : next);
  }

  /** The first token of its value. */
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

  /**
   * Bytes stand in a text as they are, but for quotation marks, backslashes and control characters.
   */
  #checkText(kind: number): void {
    const { start, end } = this.#tokens;
    const behind = kind === token.string ? end - 1 : end;
    for (let at = start + 1; at < behind; at++) {
      const byte = this.#bytes[at] ?? 0;
      if (byte === backslash) at += this.#lengthOfEscape(at) - 1;
      else if (byte < space)
        throw foundBroken(
          'a line break, tab or other control character stands in a text unescaped',
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

  /** What stands behind it belongs to the next token. */
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

/** Columns count characters: bytes that go on with one are passed over. */
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
