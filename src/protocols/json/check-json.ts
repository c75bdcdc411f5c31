/**
 * Reads JSON in raw bytes without building anything: stops at the first fault and says where it stands and what it is, or at the
 * first value too many. What has passed is safe to parse: it is JSON, and what it becomes fits into memory and into a moment.
 */

/** Where something is wrong, and what. No piece of the text is in it: what people wrote belongs into no error and no log. */
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
 * Numbers, texts, lists and objects, in all, where a body is read or edited: a second of work at worst. Nobody writes a conversation
 * with as many; lists of tokens to embed have up to 300,000.
 */
export const mostValues = 500_000;
/**
 * Where it is translated, which costs ten times as much. A call of a tool and its result are about 15 values and rarely less than 200
 * tokens: a context window of a million tokens holds 75,000.
 */
export const mostTranslated = 100_000;
/** Brackets within brackets: agents send 10 to 20, and what is written by recursion can hold several thousand. */
export const mostLevels = 1000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;
const zero = 0x30;
const letterU = 0x75;
const exponent = 0x65;
/** Sets a letter in small. */
const caseBit = 0x20;
const lineFeed = 0x0a;
const openObject = 0x7b;
const openList = 0x5b;
/** Both closing brackets stand two places behind the opening ones. */
const toCloser = 2;

/** Bytes that stand in a text as they are; not so quotation marks, backslashes and control characters. */
const plain = tableOf((byte) => byte >= 0x20 && byte !== quote && byte !== backslash);
const escapes = tableOf((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));
const hex = tableOf((byte) => /[\da-f]/i.test(String.fromCharCode(byte)));
const words = ['true', 'false', 'null'].map((word) => [...Buffer.from(word)]);

/** What may stand between values. */
export const spaces = tableOf((byte) => ' \n\r\t'.includes(String.fromCharCode(byte)));

/** A 1 for each byte of which it is true. */
export function tableOf(isIn: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (isIn(byte) ? 1 : 0));
}

/** The first fault; undefined when the bytes are one JSON value of a size that can be parsed. */
export function checkJson(bytes: Buffer, limit = mostValues): JsonFault | undefined {
  const checker = new JsonChecker(bytes, limit);
  try {
    checker.check();
    return undefined;
  } catch (error) {
    if (!(error instanceof FoundFault)) throw error;
    return { kind: error.kind, cause: error.cause, byte: checker.at, ...placeOf(bytes, checker.at) };
  }
}

class FoundFault {
  readonly kind: JsonFault['kind'];
  readonly cause: string;

  constructor(kind: JsonFault['kind'], cause: string) {
    this.kind = kind;
    this.cause = cause;
  }
}

class JsonChecker {
  readonly #bytes: Buffer;
  /** How many values it may have. */
  readonly #limit: number;
  /** The opening brackets that are not closed yet. */
  readonly #open = new Uint8Array(mostLevels);
  #levels = 0;
  #values = 0;
  /** The last thing read opened a bracket. */
  #isFirst = false;
  /** The next byte. */
  at = 0;

  constructor(bytes: Buffer, limit: number) {
    this.#bytes = bytes;
    this.#limit = limit;
  }

  /** Throws a `FoundFault`, which stands at the byte `at`. */
  check(): void {
    this.#skipSpace();
    this.#readValue();
    while (this.#levels > 0) this.#goOn(this.#open[this.#levels - 1] ?? 0);
    this.#skipSpace();
    if (this.at < this.#bytes.length) throw broken('something stands behind the end of the JSON');
  }

  /** One member, item or closing bracket of the innermost object or list. */
  #goOn(opener: number): void {
    this.#skipSpace();
    if (this.#bytes[this.at] === opener + toCloser) {
      this.at += 1;
      this.#levels -= 1;
      this.#isFirst = false;
      return;
    }
    if (!this.#isFirst) this.#skipComma(opener);
    if (opener === openObject) this.#readKey();
    this.#readValue();
  }

  #skipComma(opener: number): void {
    if (this.#bytes[this.at] !== comma) throw this.#notFound(`a comma or ${closerOf(opener)}`);
    this.at += 1;
    this.#skipSpace();
    if (this.#bytes[this.at] === opener + toCloser) throw broken(`a comma stands before ${closerOf(opener)}`);
  }

  #readKey(): void {
    if (this.#bytes[this.at] !== quote) throw this.#notFound('the name of a field in double quotation marks');
    this.#readText();
    this.#skipSpace();
    if (this.#bytes[this.at] !== colon) throw this.#notFound('a colon behind the name of a field');
    this.at += 1;
    this.#skipSpace();
  }

  #readValue(): void {
    this.#values += 1;
    if (this.#values > this.#limit) throw new FoundFault('intricate', `more than ${this.#limit} values`);
    const byte = this.#bytes[this.at];
    this.#isFirst = byte === openObject || byte === openList;
    if (this.#isFirst) this.#openBracket(byte ?? 0);
    else if (byte === quote) this.#readText();
    else if (byte === minus || isDigit(byte)) this.#readNumber();
    else this.#readWord();
  }

  #openBracket(opener: number): void {
    if (this.#levels === mostLevels)
      throw new FoundFault('intricate', `brackets more than ${mostLevels} levels deep`);
    this.#open[this.#levels] = opener;
    this.#levels += 1;
    this.at += 1;
  }

  #readText(): void {
    const bytes = this.#bytes;
    let at = this.at + 1;
    while (bytes[at] !== quote) {
      while (plain[bytes[at] ?? 0] === 1) at += 1;
      this.at = at;
      if (bytes[at] === backslash) at += this.#lengthOfEscape(at);
      else if (bytes[at] !== quote) throw this.#unended();
    }
    this.at = at + 1;
  }

  #lengthOfEscape(at: number): number {
    const mark = this.#bytes[at + 1] ?? 0;
    if (escapes[mark] === 1) return 2;
    const isCode =
      mark === letterU && [2, 3, 4, 5].every((offset) => hex[this.#bytes[at + offset] ?? 0] === 1);
    if (isCode) return 6;
    throw broken('a backslash in a text begins no escape that JSON has');
  }

  #unended(): FoundFault {
    return this.at >= this.#bytes.length
      ? broken('it ends within a text')
      : broken('a line break, tab or other control character stands in a text unescaped');
  }

  #readNumber(): void {
    if (this.#bytes[this.at] === minus) this.at += 1;
    if (this.#bytes[this.at] === zero) this.at += 1;
    else this.#skipDigits();
    if (this.#bytes[this.at] === point) {
      this.at += 1;
      this.#skipDigits();
    }
    if (((this.#bytes[this.at] ?? 0) | caseBit) !== exponent) return;
    this.at += 1;
    if (this.#bytes[this.at] === minus || this.#bytes[this.at] === plus) this.at += 1;
    this.#skipDigits();
  }

  #skipDigits(): void {
    if (!isDigit(this.#bytes[this.at])) throw this.#notFound('a digit');
    while (isDigit(this.#bytes[this.at])) this.at += 1;
  }

  #readWord(): void {
    const word = words.find(([first]) => first === this.#bytes[this.at]);
    if (word?.every((byte, offset) => byte === this.#bytes[this.at + offset]) !== true)
      throw this.#notFound('a value (a text in double quotation marks, a number, true, false, null, { or [)');
    this.at += word.length;
  }

  #skipSpace(): void {
    while (spaces[this.#bytes[this.at] ?? 0] === 1) this.at += 1;
  }

  #notFound(what: string): FoundFault {
    return broken(this.at >= this.#bytes.length ? `it ends where ${what} is expected` : `${what} is missing`);
  }
}

function broken(cause: string): FoundFault {
  return new FoundFault('broken', cause);
}

function closerOf(opener: number): string {
  return opener === openObject ? '}' : ']';
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= 0x39;
}

/** Columns count characters: bytes that go on with one are passed over. */
function placeOf(bytes: Buffer, at: number): Pick<JsonFault, 'line' | 'column'> {
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
