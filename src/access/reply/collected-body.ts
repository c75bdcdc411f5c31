/** The bytes of an answer that is taken whole (step 4 of a request), while they come. */

import type { Failure } from '../../model/failure.ts';
import { createFailure } from '../classify/classify.ts';

/** More than any answer has, and still half of what one text can hold. */
const bodyLimit = 256 * 1024 * 1024;
/** Chunks below this are copied together: each on its own would cost more memory than its bytes. */
const smallChunk = 4 * 1024;
const blockLength = 64 * 1024;

export class CollectedBody {
  readonly #pieces: Buffer[] = [];
  /** Small chunks since the last piece. */
  #block: Buffer | undefined;
  #blockEnd = 0;
  #length = 0;

  /** Returns why no more is taken. */
  push(chunk: Buffer): Failure | undefined {
    this.#length += chunk.length;
    if (this.#length > bodyLimit)
      return createFailure('malformed', 'endless-body', 'the answer was longer than 256 MB');
    if (chunk.length < smallChunk && this.#pieces.length > 0) this.#pushSmall(chunk);
    else {
      this.#emptyBlock();
      this.#pieces.push(chunk);
    }
    return undefined;
  }

  /** All that came; an answer that came in one chunk is not copied. */
  join(): Buffer {
    this.#emptyBlock();
    const [first] = this.#pieces;
    return this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces);
  }

  #pushSmall(chunk: Buffer): void {
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
