/**
 * A request's body as it came from its socket, in one piece or in several (step 1 of a request). Large bodies come in pieces,
 * are read where they lie, and go on as the same pieces: joining them would be the costliest thing that happens to them.
 */

import type { WireBody } from '../model/request.ts';

export class RequestBytes {
  readonly pieces: readonly Buffer[];
  readonly length: number;
  #whole: Buffer | undefined;

  constructor(body: WireBody) {
    if (Buffer.isBuffer(body)) {
      this.pieces = [body];
      this.#whole = body;
      this.length = body.length;
    } else {
      this.pieces = body;
      this.length = body.reduce((sum, piece) => sum + piece.length, 0);
    }
  }

  /** All of it in one piece, joined when this is first asked for. */
  whole(): Buffer {
    this.#whole ??= Buffer.concat(this.pieces, this.length);
    return this.#whole;
  }

  /** The text from byte `start` up to `end`. */
  text(start: number, end: number): string {
    if (this.#whole !== undefined) return this.#whole.toString('utf8', start, end);
    const [only = Buffer.alloc(0), ...more] = this.slice(start, end);
    return (more.length === 0 ? only : Buffer.concat([only, ...more])).toString('utf8');
  }

  /** The bytes from `start` up to `end`, nothing copied. */
  slice(start: number, end: number): readonly Buffer[] {
    const found: Buffer[] = [];
    let at = 0;
    for (const piece of this.pieces) {
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, piece.length)];
      if (from < to) found.push(piece.subarray(from, to));
      at += piece.length;
    }
    return found;
  }
}
