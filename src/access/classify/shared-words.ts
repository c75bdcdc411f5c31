/**
 * Finds what a text shares with a request: every run of 24 characters or more, however both sides
 * are escaped. Reads the request once, in linear time, and in slices if asked. Pure.
 */

import { readingsOf, type Span } from '../../credentials/redact/notations.ts';
import { createRoll, hashAt } from '../../credentials/redact/rolling-hash.ts';
import { type FoldedBytes, Folder } from './fold-text.ts';

/** A shorter run occurs by chance. Counted in bytes of UTF-8 after unescaping. */
const sharedLength = 24;
const roll = createRoll(sharedLength);
/** The request is unescaped in chunks of this many bytes. */
const chunkLength = 64 * 1024;
/** The longest escape after its backslashes: `U0001f600`. */
const maxEscapeLength = 9;
/** An escape means up to four bytes; unescaping never makes a request longer. */
const room = chunkLength + sharedLength + maxEscapeLength;

/** The request is searched this many bytes at a time without a pause: some milliseconds of work. */
export const sliceLength = 1024 * 1024;

type Bodies = readonly (readonly Uint8Array[])[];

/** True when the text is long enough to share anything. */
export function mayShare(text: string): boolean {
  return Buffer.byteLength(text) >= sharedLength;
}

/** Returns the parts of the text that one of these bodies contains, in order. */
export function findShared(text: string, bodies: Bodies): readonly Span[] {
  const grams = new Grams(text);
  Array.from(grams.search(bodies)); // runs to the end
  return grams.found();
}

/** Does the same, and yields to other work after each slice. */
export async function findSharedInSlices(
  text: string,
  bodies: Bodies,
  pause: () => Promise<void>,
): Promise<readonly Span[]> {
  const grams = new Grams(text);
  let searched = 0;
  for (const chunk of grams.search(bodies)) {
    searched += chunk.length;
    if (searched < sliceLength) continue;
    searched = 0;
    await pause();
  }
  return grams.found();
}

/** One way to read the text, unescaped. */
interface FoldedReading {
  readonly bytes: Uint8Array;
  readonly isShared: Uint8Array;
  /** Returns the place of a part in the original text. */
  place(part: Span): Span;
}

interface SharedGram {
  readonly reading: FoldedReading;
  readonly at: number;
}

const filterBits = 16;

/** The number of bytes that are compared first. */
const sampleLength = 8;
/** Every shared run has a sample at one of the places that are this far apart. */
const sampleStep = sharedLength - sampleLength + 1;

/**
 * Every run of `sharedLength` bytes in any reading of the text. A run that was found is not
 * searched again, which bounds the work.
 */
class Grams {
  readonly #readings: FoldedReading[] = [];
  readonly #byHash = new Map<number, readonly SharedGram[]>();
  /** Counts the hashes per coarse bucket, so that one look dismisses most places. */
  readonly #filter = new Uint16Array(1 << filterBits);
  /** The same for samples: most places of a request are never looked at. */
  readonly #samples = new Uint8Array(1 << filterBits);

  constructor(text: string) {
    for (const { text: read, place } of readingsOf(text)) {
      for (const [bytes, starts] of encodingsOf(read))
        this.#learn(bytes, (at) => starts[at] ?? read.length, place);
    }
  }

  /** Yields each piece that it has searched. */
  *search(bodies: Bodies): Generator<Uint8Array> {
    for (const body of bodies) {
      const folder = new Folder();
      const window: FoldedBytes = { bytes: new Uint8Array(room), length: 0 };
      for (const chunk of chunksOf(body)) {
        if (this.#byHash.size === 0) return;
        folder.fold(chunk, window);
        this.#searchIn(window);
        // A run may begin in one chunk and end in the next.
        const kept = Math.min(window.length, sharedLength - 1);
        window.bytes.copyWithin(0, window.length - kept, window.length);
        window.length = kept;
        yield chunk;
      }
    }
  }

  found(): readonly Span[] {
    const spans: Span[] = [];
    for (const { isShared, place } of this.#readings) {
      for (let start = isShared.indexOf(1); start >= 0; ) {
        const next = isShared.indexOf(0, start);
        const end = next < 0 ? isShared.length : next;
        spans.push(place({ start, end }));
        start = isShared.indexOf(1, end);
      }
    }
    return spans.sort((a, b) => a.start - b.start);
  }

  #learn(read: Uint8Array, startOf: (at: number) => number, place: (part: Span) => Span): void {
    const places = new Uint32Array(read.length + 1);
    const folded: FoldedBytes = { bytes: new Uint8Array(read.length), length: 0, places };
    new Folder().fold(read, folded);
    const { bytes, length } = folded;
    if (length < sharedLength) return;
    places[length] = read.length;
    const reading: FoldedReading = {
      bytes: bytes.subarray(0, length),
      isShared: new Uint8Array(length),
      place: ({ start, end }) =>
        place({ start: startOf(places[start] ?? 0), end: startOf(places[end] ?? 0) }),
    };
    this.#readings.push(reading);
    for (let at = 0; at + sampleLength <= length; at++)
      this.#samples[coarse(hashAt(reading.bytes, at, sampleLength))] = 1;
    for (const [at, hash] of hashesOf(reading.bytes, length)) {
      const there = this.#byHash.get(hash);
      if (there === undefined) this.#count(hash, 1);
      this.#byHash.set(hash, [...(there ?? []), { reading, at }]);
    }
  }

  #searchIn({ bytes: window, length }: FoldedBytes): void {
    for (let at = 0; at + sampleLength <= length; at += sampleStep) {
      if (this.#samples[coarse(hashAt(window, at, sampleLength))] === 0) continue;
      const [first, last] = [
        Math.max(0, at + sampleLength - sharedLength),
        Math.min(at, length - sharedLength),
      ];
      this.#searchAround(window, first, last);
    }
  }

  /** Searches every place from `first` to `last`. */
  #searchAround(window: Uint8Array, first: number, last: number): void {
    if (last < first) return;
    let hash = hashAt(window, first, sharedLength);
    for (let at = first; ; at++) {
      if (this.#filter[coarse(hash)] !== 0) this.#check(hash, window, at);
      if (at === last) return;
      hash = roll(hash, window[at] ?? 0, window[at + sharedLength] ?? 0);
    }
  }

  #check(hash: number, window: Uint8Array, at: number): void {
    const there = this.#byHash.get(hash);
    if (there === undefined) return;
    const left = there.filter((gram) => !standsAt(gram, window, at));
    for (const gram of there)
      if (!left.includes(gram)) gram.reading.isShared.fill(1, gram.at, gram.at + sharedLength);
    if (left.length > 0) {
      this.#byHash.set(hash, left);
      return;
    }
    this.#byHash.delete(hash);
    this.#count(hash, -1);
  }

  #count(hash: number, more: number): void {
    const at = coarse(hash);
    this.#filter[at] = (this.#filter[at] ?? 0) + more;
  }
}

const notFound = -1;

/**
 * Yields UTF-8 and the character of each byte; if the text has bytes written as `\xe4` or `%E4`,
 * also with these decoded.
 */
function* encodingsOf(text: string): Generator<readonly [Uint8Array, Uint32Array]> {
  yield encodeWithPlaces(text, (char) => Buffer.from(char));
  if (text.search(/[\x80-\xff]/) !== notFound)
    yield encodeWithPlaces(text, (char) =>
      char <= 'ÿ' ? Buffer.from(char, 'latin1') : Buffer.from(char),
    );
}

function encodeWithPlaces(
  text: string,
  encodeChar: (char: string) => Uint8Array,
): readonly [Uint8Array, Uint32Array] {
  const bytes = new Uint8Array(text.length * 3);
  const starts = new Uint32Array(text.length * 3);
  let [at, length] = [0, 0];
  for (const char of text) {
    for (const byte of encodeChar(char)) {
      bytes[length] = byte;
      starts[length] = at;
      length += 1;
    }
    at += char.length;
  }
  return [bytes.subarray(0, length), starts.subarray(0, length)];
}

function standsAt({ reading, at }: SharedGram, window: Uint8Array, start: number): boolean {
  for (let offset = 0; offset < sharedLength; offset++)
    if (reading.bytes[at + offset] !== window[start + offset]) return false;
  return true;
}

function coarse(hash: number): number {
  return hash >>> (32 - filterBits);
}

function* hashesOf(bytes: Uint8Array, length: number): Generator<readonly [number, number]> {
  for (let at = 0; at + sharedLength <= length; at++) yield [at, hashAt(bytes, at, sharedLength)];
}

function* chunksOf(body: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const piece of body)
    for (let at = 0; at < piece.length; at += chunkLength)
      yield piece.subarray(at, at + chunkLength);
}
