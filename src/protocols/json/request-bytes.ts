/**
 * A request's body as it came from its socket, in one piece or in several (step 1 of a request).
 * Large bodies come in pieces, are read where they lie, and go on as the same pieces: joining them
 * would be the costliest thing that happens to them. It is joined only for work on the whole of it,
 * and what such work holds is counted: there is no other way to the whole.
 */

import type { AskedBody, TakeRoom, WireBody } from '../../model/request.ts';

/**
 * So many times its bytes are held while a body is parsed, changed and written again: joined, as
 * text, as values, and as text again.
 */
const workShare = 4;
/**
 * So many times its bytes may be kept of what was made of it: a call within a text has each of its
 * quotation marks escaped.
 */
const madeShare = 2;

const nothing = Buffer.alloc(0);

export class RequestBytes {
  readonly pieces: readonly Buffer[];
  readonly length: number;
  /** Where it is one piece. */
  readonly #only: Buffer | undefined;
  readonly #takeRoom: TakeRoom | undefined;
  #hasMade = false;

  constructor({ body, takeRoom }: Pick<AskedBody, 'body' | 'takeRoom'>) {
    this.#takeRoom = takeRoom;
    this.pieces = Buffer.isBuffer(body) ? [body] : body;
    this.#only = this.pieces.length === 1 ? this.pieces[0] : undefined;
    let length = 0;
    for (const piece of this.pieces) length += piece.length;
    this.length = length;
  }

  /**
   * Does this work on all of it in one piece, which is joined each time: a copy held while an
   * answer is awaited costs more than a second one. `share`: so many times its bytes are held
   * meanwhile. Throws `RequestError` where there is no room for them.
   */
  use<T>(work: (whole: Buffer) => T, share = workShare): T {
    return this.hold(() => work(this.join(0, this.length)), share);
  }

  /** The same for work that joins only the parts it needs. */
  hold<T>(work: () => T, share = workShare): T {
    const room = share * this.length;
    this.#takeRoom?.(room);
    try {
      return work();
    } finally {
      this.#takeRoom?.(-room);
    }
  }

  /**
   * Something that was made of it is kept beside it from now on: a body that was written in its
   * place, or its pictures. It counts until the request ends.
   */
  noteMade(): void {
    if (this.#hasMade) return;
    this.#takeRoom?.(madeShare * this.length);
    this.#hasMade = true;
  }

  /** All of it as it goes on, unchanged. */
  asIs(): WireBody {
    return this.#only ?? this.pieces;
  }

  /** The text from byte `start` up to `end`. */
  text(start: number, end: number): string {
    if (this.#only !== undefined) return this.#only.toString('utf8', start, end);
    return this.join(start, end).toString('utf8');
  }

  /** The bytes from `start` up to `end`, copied only where they come in several pieces. */
  join(start: number, end: number): Buffer {
    return this.#only?.subarray(start, end) ?? Buffer.concat(this.slice(start, end));
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
