/** The bytes of an answer that is taken whole (step 4 of a request), while they come. */

import { Pieces } from '../../transport/pieces.ts';
import { type CutFailure, createEndless } from '../classify/kept-failure.ts';

/** More than any answer has, and still half of what one text can hold. */
const bodyLimit = 256 * 1024 * 1024;

export class CollectedBody {
  readonly #pieces = new Pieces();

  /** Returns why no more is taken. */
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
