/** Collects the bytes of an answer that is taken whole (step 4 of a request). */

import { Pieces } from '../../transport/pieces.ts';
import { type CutFailure, createEndless } from '../classify/kept-failure.ts';

/** No answer is that long, and it is half of the longest string. */
const bodyLimit = 256 * 1024 * 1024;

export class CollectedBody {
  readonly #pieces = new Pieces();

  /** Returns a failure if the body is too long. */
  push(chunk: Buffer): CutFailure | undefined {
    if (this.#pieces.length + chunk.length > bodyLimit)
      return createEndless('body', 'the answer was longer than 256 MB');
    this.#pieces.add(chunk);
    return undefined;
  }

  join(): Buffer {
    return this.#pieces.join();
  }
}
