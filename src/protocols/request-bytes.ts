/**
 * A request's body as it came from its socket, in one piece or in several (step 1 of a request). Large bodies come in pieces,
 * are looked at once, and go on as the same pieces: joining them for good would be the costliest thing that happens to them.
 */

import type { WireBody } from '../model/request.ts';

/** A longer body is joined like any other buffer: so much memory is not kept for the next. */
const longestLook = 1024 * 1024;

/** Where pieces lie side by side for the length of one look; made when the first body comes in pieces. */
let desk: Buffer | undefined;

export class RequestBytes {
  readonly #pieces: readonly Buffer[];
  #whole: Buffer | undefined;
  readonly length: number;

  constructor(body: WireBody) {
    if (Buffer.isBuffer(body)) {
      this.#pieces = [body];
      this.#whole = body;
      this.length = body.length;
    } else {
      this.#pieces = body;
      this.length = body.reduce((sum, piece) => sum + piece.length, 0);
    }
  }

  /** All of it in one piece, joined when this is first asked for. */
  whole(): Buffer {
    this.#whole ??= Buffer.concat(this.#pieces, this.length);
    return this.#whole;
  }

  /** All of it in one piece while `read` runs, which must not keep it: the next look writes over it. */
  look<T>(read: (bytes: Buffer) => T): T {
    if (this.#whole !== undefined || this.length > longestLook) return read(this.whole());
    desk ??= Buffer.allocUnsafeSlow(longestLook);
    let end = 0;
    for (const piece of this.#pieces) end += piece.copy(desk, end);
    return read(desk.subarray(0, end));
  }

  /** The bytes from `start` up to `end`, nothing copied. */
  slice(start: number, end: number): readonly Buffer[] {
    const found: Buffer[] = [];
    let at = 0;
    for (const piece of this.#pieces) {
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, piece.length)];
      if (from < to) found.push(piece.subarray(from, to));
      at += piece.length;
    }
    return found;
  }
}
