/**
 * A request's body as it came from its socket, in one piece or in several (step 1 of a request). Large bodies come in pieces,
 * are read where they lie, and go on as the same pieces: joining them would be the costliest thing that happens to them.
 */

import type { WireBody } from '../model/request.ts';

const nothing = Buffer.alloc(0);

export class RequestBytes {
  readonly pieces: readonly Buffer[];
  readonly length: number;
  /** Where it is one piece. */
  readonly #only: Buffer | undefined;

  constructor(body: WireBody) {
    this.pieces = Buffer.isBuffer(body) ? [body] : body;
    this.#only = this.pieces.length === 1 ? this.pieces[0] : undefined;
    let length = 0;
    for (const piece of this.pieces) length += piece.length;
    this.length = length;
  }

  /** All of it in one piece; joined each time: a copy held while an answer is awaited costs more than a second one. */
  whole(): Buffer {
    return this.#only ?? Buffer.concat(this.pieces, this.length);
  }

  /** All of it as it goes on, unchanged. */
  asIs(): WireBody {
    return this.#only ?? this.pieces;
  }

  /** The text from byte `start` up to `end`. */
  text(start: number, end: number): string {
    if (this.#only !== undefined) return this.#only.toString('utf8', start, end);
    return Buffer.concat(this.slice(start, end)).toString('utf8');
  }

  /** Whether this word, of ASCII, stands somewhere in it, across any joint too. */
  includes(word: string): boolean {
    const most = word.length - 1;
    /** The end of what was searched. */
    let tail: Buffer = nothing;
    for (const piece of this.pieces) {
      const seam = Buffer.concat([tail, piece.subarray(0, most)]);
      if (piece.includes(word) || seam.includes(word)) return true;
      tail = (piece.length < most ? seam : piece).subarray(-most);
    }
    return false;
  }

  /** The bytes from `start` up to `end`, nothing copied. */
  slice(start: number, end: number): readonly Buffer[] {
    const found: Buffer[] = [];
    /** Where the piece begins. */
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
