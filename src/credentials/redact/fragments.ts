/**
 * Finds parts of secrets in a text, in any letter case and with invisible characters between. The
 * cost does not grow with the number of secrets: the text is read once, and secrets are compared
 * only where eight characters in a row occur in a few of them. Parts that many secrets share, such
 * as a vendor's prefix, are ignored.
 */

import type { Span } from './notations.ts';
import { createRoll, hashAt } from './rolling-hash.ts';

/** A part of a secret this long is a leak. A shorter secret counts as a whole. */
const tellingLength = 16;
/** The index has runs ("grams") of this many characters. */
const gramLength = 8;
const roll = createRoll(gramLength);
/**
 * One gram of a secret is indexed per step, so that every part long enough to leak contains one.
 */
const gramStep = tellingLength - gramLength + 1;
/** Only this much of a longer secret, which only tokens are, is indexed. */
const maxKnownLength = 1024;
/** A gram such as `--------` or `00000000` belongs to no secret in particular. */
const minDistinct = 4;
/** A gram that occurs in more secrets than this is ignored. */
const maxAlike = 32;

/** A coarse filter of this size lets nearly all places of a text be skipped at once. */
const filterBits = 18;
const toFilter = 32 - filterBits;

/**
 * Invisible characters have this code; all outside of ASCII have the other; letters have that of
 * the small letter.
 */
const unseen = 0;
const foreign = 1;
const codes = Uint8Array.from({ length: 0x80 }, (_, code) =>
  code < 0x20 || code === 0x7f ? unseen : String.fromCharCode(code).toLowerCase().charCodeAt(0),
);
/** Soft hyphen, joiners, marks of direction and of byte order. */
const invisible: ReadonlySet<number> = new Set([
  0xad, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2060, 0xfeff,
]);
/** Begins a terminal control sequence, which ends with a letter. */
const terminalEscape = 0x1b;

interface Gram {
  readonly secret: Uint8Array;
  readonly at: number;
}

export class Fragments {
  readonly #byHash = new Map<number, Gram[]>();
  readonly #filter = new Uint8Array(1 << filterBits);
  readonly #folded = new FoldedText();

  learn(secret: string): void {
    const known = foldSecret(secret);
    const learned = new Set<number>();
    for (let at = 0; at <= known.length - gramLength; at += gramStep)
      this.#add({ secret: known, at }, learned);
  }

  /** Grams that were shared before stay ignored: that costs nothing. */
  forget(secret: string): void {
    const known = foldSecret(secret);
    for (let at = 0; at <= known.length - gramLength; at += 1) {
      const hash = hashAt(known, at, gramLength);
      const there = this.#byHash.get(hash);
      if (there === undefined || there === shared) continue;
      const left = there.filter((gram) => !haveSameBytes(gram.secret, known));
      if (left.length === 0) this.#byHash.delete(hash);
      else this.#byHash.set(hash, left);
    }
  }

  /** `learned`: the places of this secret that were added already. */
  #add(gram: Gram, learned: Set<number>): void {
    const { secret, at } = gram;
    if (learned.has(at)) return;
    learned.add(at);
    if (new Set(secret.subarray(at, at + gramLength)).size < minDistinct) return;
    const hash = hashAt(secret, at, gramLength);
    const there = this.#byHash.get(hash) ?? [];
    if (there.some((other) => other.secret === secret)) return; // in a secret that repeats itself its first place leads to all
    if (there !== shared && there.length < maxAlike) {
      there.push(gram);
      this.#byHash.set(hash, there);
      this.#filter[hash >>> toFilter] = 1;
      return;
    }
    this.#byHash.set(hash, shared);
    for (const one of there) this.#addAround(one, new Set([one.at]));
    this.#addAround(gram, learned);
  }

  /**
   * Replaces a gram that many secrets share by those around it: every part that is long enough and
   * contains it also contains one of these, or is just as common.
   */
  #addAround({ secret, at }: Gram, learned: Set<number>): void {
    const last = Math.min(secret.length, at + tellingLength) - gramLength;
    const first = Math.max(0, at + gramLength - tellingLength);
    for (let place = first; place <= last; place += 1) this.#add({ secret, at: place }, learned);
  }

  /** Returns the spans in the order of their ends. */
  findIn(text: string): readonly Span[] {
    if (this.#byHash.size === 0 || text.length < gramLength) return none;
    const folded = this.#folded;
    folded.read(text);
    const [last, read, filter] = [folded.length - gramLength, folded.codes, this.#filter];
    const found: Span[] = [];
    let hash = hashAt(read, 0, gramLength);
    for (let at = 0; at <= last; at++) {
      if (filter[hash >>> toFilter] === 1) {
        const part = this.#partAt(at, hash);
        if (part !== undefined && part.end > (found.at(-1)?.end ?? 0)) found.push(part);
      }
      hash = roll(hash, read[at] ?? 0, read[at + gramLength] ?? 0);
    }
    return found.map((part) => folded.place(part));
  }

  /** Returns the longest part of a secret around the gram at this place. */
  #partAt(at: number, hash: number): Span | undefined {
    let longest: Span | undefined;
    for (const gram of this.#byHash.get(hash) ?? none) {
      const part = widenMatch(this.#folded, at, gram);
      if (
        part !== undefined &&
        part.end - part.start > (longest === undefined ? 0 : longest.end - longest.start)
      )
        longest = part;
    }
    return longest;
  }
}

const none: readonly never[] = [];
/** Marks a gram that many secrets share. */
const shared: Gram[] = [];

/**
 * A text in small letters and without invisible characters. Its buffer is reused for the next text.
 */
class FoldedText {
  codes: Uint8Array;
  #places: Uint32Array;
  length = 0;

  constructor(room = 4096) {
    this.codes = new Uint8Array(room);
    this.#places = new Uint32Array(room);
  }

  read(text: string): void {
    if (text.length > this.codes.length) {
      this.codes = new Uint8Array(text.length);
      this.#places = new Uint32Array(text.length);
    }
    const [read, places] = [this.codes, this.#places]; // every character of every error passes through here
    let length = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text.charCodeAt(at);
      const code = char < 0x80 ? codes[char] : foreign;
      if (code === unseen) at = endOfUnseen(text, at, char);
      else if (code !== foreign || !invisible.has(char)) {
        read[length] = code ?? foreign;
        places[length] = at;
        length += 1;
      }
    }
    this.length = length;
  }

  /** Returns the place of a part in the original text. */
  place({ start, end }: Span): Span {
    return { start: this.#places[start] ?? 0, end: (this.#places[end - 1] ?? 0) + 1 };
  }
}

/**
 * Returns the end of invisible text: a line break with the spaces after it, or a terminal colour
 * sequence.
 */
function endOfUnseen(text: string, at: number, char: number): number {
  let end = at;
  if (char === 0x0a || char === 0x0d) while (isBlank(text.charCodeAt(end + 1))) end += 1;
  if (char !== terminalEscape || text[at + 1] !== '[') return end;
  end += 2;
  while (/[\d;]/.test(text.charAt(end))) end += 1;
  return end;
}

function isBlank(char: number): boolean {
  return char === 0x20 || char === 0x09;
}

/** Folds as much of a secret as is indexed. */
function foldSecret(secret: string): Uint8Array {
  const folded = new FoldedText(secret.length);
  folded.read(secret.slice(0, maxKnownLength));
  return folded.codes.slice(0, folded.length);
}

/**
 * Extends a gram to the whole part that the text shares with the secret; undefined if that part is
 * too short to matter.
 */
function widenMatch(
  { codes: text, length }: FoldedText,
  at: number,
  { secret, at: from }: Gram,
): Span | undefined {
  let [start, end] = [at, at];
  const shift = at - from;
  while (end < length && end - shift < secret.length && text[end] === secret[end - shift]) end += 1;
  while (start > 0 && start > shift && text[start - 1] === secret[start - 1 - shift]) start -= 1;
  return end - at >= gramLength && end - start >= Math.min(tellingLength, secret.length)
    ? { start, end }
    : undefined;
}

function haveSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((code, at) => code === other[at]);
}
