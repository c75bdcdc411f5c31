/** The bytes of one read and how far they have been taken: what the readers of an answer share (step 3 of a request). */

export interface Input {
  readonly bytes: Buffer;
  offset: number;
}
