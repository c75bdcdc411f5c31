/**
 * A request's body as it came from its socket, in one piece or in several (step 1 of a request). Large bodies come in pieces,
 * are read where they lie, and go on as the same pieces: joining them would be the costliest thing that happens to them.
 */

import type { WireBody } from '../model/request.ts';

const nothing = Buffer.alloc(0);

export class RequestBytes {
  readonly pieces: readonly Buffer[];
  readonly length: number;
  /** Where it came in one piece. */
  readonly #whole: Buffer | undefined;
  /** Where each piece begins. */
  readonly #starts: readonly number[];

  constructor(body: WireBody) {
    if (Buffer.isBuffer(body)) {
      this.pieces = [body];
      this.#whole = body;
      this.#starts = [0];
      this.length = body.length;
    } else {
      this.pieces = body;
      let length = 0;
      this.#starts = body.map((piece) => {
        length += piece.length;
        return length - piece.length;
      });
      this.length = length;
    }
  }

  /** All of it in one piece; joined each time: a copy held while an answer is awaited costs more than a second one. */
  whole(): Buffer {
    return this.#whole ?? Buffer.concat(this.pieces, this.length);
  }

  /** All of it as it goes on, unchanged. */
  asIs(): WireBody {
    return this.pieces.length === 1 ? this.whole() : this.pieces;
  }

  /** The text from byte `start` up to `end`. */
  text(start: number, end: number): string {
    if (this.#whole !== undefined) return this.#whole.toString('utf8', start, end);
    const [only = Buffer.alloc(0), ...more] = this.slice(start, end);
    return (more.length === 0 ? only : Buffer.concat([only, ...more])).toString('utf8');
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
    for (let index = this.#pieceAt(start); index < this.pieces.length; index++) {
      const [at = 0, piece] = [this.#starts[index], this.pieces[index]];
      if (piece === undefined || at >= end) break;
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, piece.length)];
      if (from < to) found.push(piece.subarray(from, to));
    }
    return found;
  }

  /** The last piece that begins at this byte or before it. */
  #pieceAt(byte: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= byte) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }
}
