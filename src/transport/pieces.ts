/**
 * Collects the bytes of a body, a request's or an answer's. Large chunks are kept as they are,
 * small ones are copied together: the sender chooses their size, and a buffer of one byte takes a
 * hundred.
 */

/** In bytes. */
const smallChunk = 4 * 1024;
const blockLength = 64 * 1024;
const nothing: Buffer = Buffer.alloc(0);

export class Pieces {
  readonly #pieces: Buffer[] = [];
  /** All that came, in order. */
  readonly all: readonly Buffer[] = this.#pieces;
  /** Memory for small chunks: those that came one after the other are one piece of it. */
  #block = nothing;
  /** Where the last such piece begins and ends; they are equal when the next begins another. */
  #start = 0;
  #end = 0;
  /** Bytes in all; kept here alone. */
  length = 0;

  add(chunk: Buffer): void {
    this.length += chunk.length;
    if (chunk.length < smallChunk && this.#pieces.length > 0) this.#addSmall(chunk);
    else {
      this.#start = this.#end;
      this.#pieces.push(chunk);
    }
  }

  /** All that came in one; what came in one chunk is not copied. */
  join(): Buffer {
    const [first] = this.all;
    return this.all.length === 1 && first !== undefined ? first : Buffer.concat(this.all);
  }

  #addSmall(chunk: Buffer): void {
    if (this.#end + chunk.length > this.#block.length) {
      this.#block = Buffer.allocUnsafe(blockLength);
      this.#start = 0;
      this.#end = 0;
    }
    if (this.#start < this.#end) this.#pieces.pop();
    this.#end += chunk.copy(this.#block, this.#end);
    this.#pieces.push(this.#block.subarray(this.#start, this.#end));
  }
}
