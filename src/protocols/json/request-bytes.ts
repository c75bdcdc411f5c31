/**
 * A request's body as received, in one or several pieces (step 1 of a request). Large bodies are
 * read in place and forwarded in the same pieces, since joining them would be the costliest step.
 * They are joined only for work on the whole, and the memory for that is counted: there is no other
 * access to the whole.
 */

import type { AskedBody, TakeBodyMemory, WireBody } from '../../model/request.ts';

/**
 * Factor of memory held while a body is parsed, changed and written: joined bytes, text, values,
 * and text again.
 */
const workShare = 4;
/**
 * Factor of memory for what is kept beside a body: a call inside a text has each of its quotation
 * marks escaped.
 */
const madeShare = 2;

const nothing = Buffer.alloc(0);

export class RequestBytes {
  readonly pieces: readonly Buffer[];
  readonly length: number;
  /** Set if the body is one piece. */
  readonly #only: Buffer | undefined;
  readonly #takeBodyMemory: TakeBodyMemory | undefined;
  #hasMade = false;

  constructor({ body, takeBodyMemory }: Pick<AskedBody, 'body' | 'takeBodyMemory'>) {
    this.#takeBodyMemory = takeBodyMemory;
    this.pieces = Buffer.isBuffer(body) ? [body] : body;
    this.#only = this.pieces.length === 1 ? this.pieces[0] : undefined;
    let length = 0;
    for (const piece of this.pieces) length += piece.length;
    this.length = length;
  }

  /**
   * Runs work on the whole body in one piece. It is joined for each call, since keeping a copy
   * while an answer is awaited costs more. `share` is the factor of memory held meanwhile. Throws
   * `RequestError` if there is no memory for it.
   */
  use<T>(work: (whole: Buffer) => T, share = workShare): T {
    return this.hold(() => work(this.join(0, this.length)), share);
  }

  /** The same for work that joins only parts. */
  hold<T>(work: () => T, share = workShare): T {
    const bytes = share * this.length;
    this.#takeBodyMemory?.(bytes);
    try {
      return work();
    } finally {
      this.#takeBodyMemory?.(-bytes);
    }
  }

  /**
   * Counts something kept beside the body until the request ends: a rewritten body, or its images.
   */
  noteMade(): void {
    if (this.#hasMade) return;
    this.#takeBodyMemory?.(madeShare * this.length);
    this.#hasMade = true;
  }

  /** Returns the whole body unchanged. */
  asIs(): WireBody {
    return this.#only ?? this.pieces;
  }

  /** Decodes the bytes from `start` up to `end`. */
  text(start: number, end: number): string {
    if (this.#only !== undefined) return this.#only.toString('utf8', start, end);
    return this.join(start, end).toString('utf8');
  }

  /** Returns the bytes from `start` up to `end`; copies only if they span several pieces. */
  join(start: number, end: number): Buffer {
    return this.#only?.subarray(start, end) ?? Buffer.concat(this.slice(start, end));
  }

  /** True if the body contains this ASCII word, also across pieces. */
  includes(word: string): boolean {
    const most = word.length - 1;
    /** The end of the part searched so far. */
    let tail: Buffer = nothing;
    for (const piece of this.pieces) {
      const seam = Buffer.concat([tail, piece.subarray(0, most)]);
      if (piece.includes(word) || seam.includes(word)) return true;
      tail = (piece.length < most ? seam : piece).subarray(-most);
    }
    return false;
  }

  /** Returns the bytes from `start` up to `end` without copying. */
  slice(start: number, end: number): readonly Buffer[] {
    const found: Buffer[] = [];
    /** Is the start of the current piece. */
    let at = 0;
    for (const piece of this.pieces) {
      if (at >= end) break;
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, piece.length)];
      if (from < to) found.push(piece.subarray(from, to));
      at += piece.length;
    }
    return found;
  }
}
