/**
 * Bytes of a body while they come, a request's or an answer's: large chunks as they are, small ones
 * copied together, because a sender chooses how small they are, and a buffer that holds one byte
 * takes a hundred.
 */

/** Chunks below this are copied together. */
const smallChunk = 4 * 1024;
const blockLength = 64 * 1024;

export class Pieces {
  readonly #pieces: Buffer[] = [];
  /** Small chunks since the last piece. */
  #block: Buffer | undefined;
  #blockEnd = 0;
  /** Bytes in all; kept here alone. */
  length = 0;

  add(chunk: Buffer): void {
    this.length += chunk.length;
    if (chunk.length < smallChunk && this.#pieces.length > 0) this.#addSmall(chunk);
    else {
      this.#emptyBlock();
      this.#pieces.push(chunk);
    }
  }

  /** All that came, in order. */
  all(): readonly Buffer[] {
    this.#emptyBlock();
    return this.#pieces;
  }

  /** All that came in one; what came in one chunk is not copied. */
  join(): Buffer {
    const pieces = this.all();
    const [first] = pieces;
    return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
  }

  #addSmall(chunk: Buffer): void {
    if (this.#blockEnd + chunk.length > blockLength) this.#emptyBlock();
    this.#block ??= Buffer.allocUnsafe(blockLength);
    this.#blockEnd += chunk.copy(this.#block, this.#blockEnd);
  }

  #emptyBlock(): void {
    if (this.#block === undefined || this.#blockEnd === 0) return;
    this.#pieces.push(Buffer.from(this.#block.subarray(0, this.#blockEnd)));
    this.#blockEnd = 0;
  }
}
