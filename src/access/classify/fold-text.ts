/**
 * Folds a text for comparison: small letters, one space between words, and escapes of JSON, Python
 * and C undone, however often they were escaped. Texts with the same content become the same bytes.
 * Accepts a text in pieces. Pure.
 */

const backslash = 0x5c;
const space = 0x20;
/** A form has it in the place of a space. */
const plus = 0x2b;

/** Maps each byte to its folded form. */
const folded = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte <= space || byte === 0x7f || byte === plus) return space;
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
});

/**
 * The number of digits after the letter of an escape: `\x41`, `\u0041`, `\U00000041`. In octal the
 * first digit is the letter: `\101`.
 */
const digitsBehind = new Uint8Array(256);
for (const [letter, count] of [
  ['x', 2],
  ['u', 4],
  ['U', 8],
  ['0', 2],
  ['1', 2],
  ['2', 2],
  ['3', 2],
] as const)
  digitsBehind[letter.charCodeAt(0)] = count;

/** Marks letters that mean white space after a backslash. */
const isBlankEscape = new Uint8Array(256);
for (const letter of 'nrtbfv0') isBlankEscape[letter.charCodeAt(0)] = 1;
/** Marks characters that mean themselves after a backslash. */
const isPlainEscape = new Uint8Array(256);
for (const letter of '"\'/`') isPlainEscape[letter.charCodeAt(0)] = 1;

const hexValues = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  hexValues[digit.charCodeAt(0)] = value;
  hexValues[digit.toUpperCase().charCodeAt(0)] = value;
}

/** A buffer of folded bytes, of which `length` are used. */
export interface FoldedBytes {
  readonly bytes: Uint8Array;
  length: number;
  /** Maps each folded byte to its place in the piece. Only for a text of one piece. */
  readonly places?: Uint32Array;
}

const nothing: FoldedBytes = { bytes: new Uint8Array(0), length: 0 };

export class Folder {
  #isEscaped = false;
  #isBlank = false;
  /** Waits for the second half of a surrogate pair. */
  #high = 0;
  /** Half an escape at the end of the last piece. */
  #rest = nothing.bytes;
  #into = nothing;

  /** Appends to what the buffer has. */
  fold(piece: Uint8Array, into: FoldedBytes): void {
    const read = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    this.#into = into;
    const isWhole = into.places !== undefined;
    let at = 0;
    while (at < read.length) {
      const [before, begun] = [into.length, at];
      at = this.#isEscaped ? this.#unescape(read, at, isWhole) : this.#copy(read, at);
      if (at < 0) {
        at = begun;
        break;
      }
      into.places?.fill(begun, before, into.length);
    }
    this.#rest = read.subarray(at);
  }

  /**
   * Copies up to the next backslash: this is almost all of a request, so no function is called per
   * byte.
   */
  #copy(read: Uint8Array, from: number): number {
    const { bytes, places } = this.#into;
    let [at, length, isBlank] = [from, this.#into.length, this.#isBlank];
    const end = places === undefined ? read.length : from + 1;
    while (at < end) {
      const byte = read[at] ?? 0;
      at += 1;
      if (byte === backslash) {
        this.#isEscaped = true;
        break;
      }
      const code = folded[byte] ?? 0;
      if (code === space && isBlank) continue;
      isBlank = code === space;
      bytes[length] = code;
      length += 1;
    }
    this.#into.length = length;
    this.#isBlank = isBlank;
    return at;
  }

  /** Reads what follows any number of backslashes. Negative: its end is in the next piece. */
  #unescape(read: Uint8Array, at: number, isLast: boolean): number {
    const byte = read[at] ?? 0;
    if (byte === backslash) return at + 1;
    const digits = digitsBehind[byte] ?? 0;
    if (digits > 0 && at + digits >= read.length && !isLast) return -1;
    this.#isEscaped = false;
    const code = digits === 0 ? -1 : codeAt(read, at, digits);
    if (code >= 0) {
      if (digits === 2) this.#put(folded[code] ?? 0);
      else this.#putCode(code);
      return at + 1 + digits;
    }
    return this.#takeLetter(byte, at);
  }

  /** Reads one character after a backslash; if it is no escape, the backslash counts as itself. */
  #takeLetter(byte: number, at: number): number {
    if (isBlankEscape[byte] === 1) {
      this.#put(space);
      return at + 1;
    }
    if (isPlainEscape[byte] === 0) this.#put(backslash);
    return at;
  }

  #put(byte: number): void {
    const isBlank = byte === space;
    if (isBlank && this.#isBlank) return;
    this.#isBlank = isBlank;
    const into = this.#into;
    into.bytes[into.length] = byte;
    into.length += 1;
  }

  /** Writes a character as UTF-8; the first half of a pair waits for the second. */
  #putCode(code: number): void {
    if (code >= 0xd800 && code <= 0xdbff) {
      this.#high = code;
      return;
    }
    const isSecond = code >= 0xdc00 && code <= 0xdfff && this.#high > 0;
    const whole = isSecond ? 0x10000 + ((this.#high - 0xd800) << 10) + (code - 0xdc00) : code;
    this.#high = 0;
    if (whole < 0x80) {
      this.#put(folded[whole] ?? 0);
      return;
    }
    if (whole < 0x800) this.#put(0xc0 | (whole >> 6));
    else {
      if (whole < 0x10000) this.#put(0xe0 | (whole >> 12));
      else {
        this.#put(0xf0 | ((whole >> 18) & 7));
        this.#put(0x80 | ((whole >> 12) & 0x3f));
      }
      this.#put(0x80 | ((whole >> 6) & 0x3f));
    }
    this.#put(0x80 | (whole & 0x3f));
  }
}

/** Returns the code of the escape whose letter is there; negative if no such digits follow. */
function codeAt(read: Uint8Array, at: number, digits: number): number {
  const first = hexValues[read[at] ?? 0] ?? -1;
  const isOctal = first >= 0 && first <= 3;
  const base = isOctal ? 8 : 16;
  let code = isOctal ? first : 0;
  for (let index = at + 1; index <= at + digits; index++) {
    const value = hexValues[read[index] ?? 0] ?? -1;
    if (value < 0 || value >= base) return -1;
    code = code * base + value;
  }
  return code;
}
