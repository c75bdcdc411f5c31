/**
 * Splits JSON in raw bytes into its tokens, without building anything and in however many pieces it came: the one place that knows where a
 * string ends. It asks for no grammar: which token may follow which is for the reader to say (scan.ts, check-json.ts, exact-json.ts).
 */

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
/** Brackets within brackets: agents send 10 to 20, and what is written by recursion can hold several thousand. */
export const mostLevels = 1000;

/** What a token that begins with this byte is: 1 none but space, 2 a scalar, 0 anything else. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (' \n\r\t'.includes(char)) return 1;
  return /[\w+.-]/.test(char) ? 2 : 0;
});
/** A string that is longer is searched by `indexOf`, which runs at memory speed, but costs more to call than most keys are long. */
const shortString = 24;

export class JsonTokens {
  /** The first byte of the last token. */
  start = 0;
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

  /** The byte behind the last token. */
  get end(): number {
    return this.base + this.#at;
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
    if (byte === undefined) return token.end;
    this.#at += 1;
    if (byte === quote) return this.#skipString() ? quote : token.unended;
    if (kinds[byte] !== 2) return byte;
    while (kinds[this.#peek() ?? 0] === 2) this.#at += 1;
    return token.scalar;
  }

  /** The next byte; undefined at the end. */
  #peek(): number | undefined {
    return this.#at < this.piece.length || this.#turnOver() ? this.piece[this.#at] : undefined;
  }

  /** To the next piece that is not empty; false when there is none. */
  #turnOver(): boolean {
    do {
      const next = this.#pieces[this.#next];
      if (next === undefined) return false;
      this.base += this.piece.length;
      this.piece = next;
      this.#at = 0;
      this.#next += 1;
    } while (this.piece.length === 0);
    return true;
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
