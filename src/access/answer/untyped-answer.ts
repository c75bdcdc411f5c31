/**
 * Reads the answer to a streamed request whose content type is not that of events (step 6 of a
 * request). Its first bytes say what it is, as clients read it too: events, or a whole body.
 */

import { beginsEvents } from '../../protocols/body/json-body.ts';
import type { CutFailure } from '../classify/kept-failure.ts';
import type { AnswerReader } from './outcome.ts';

/** In bytes: more white space before an answer is none of events. */
const longestStart = 256;

export class UntypedAnswer implements AnswerReader {
  readonly #body: AnswerReader;
  readonly #readEvents: () => AnswerReader;
  /** Bytes that do not say yet what it is; undefined once it is known. */
  #start: Buffer | undefined = Buffer.alloc(0);

  /** `readEvents` puts a reader of events into the place of this one, and returns it. */
  constructor(body: AnswerReader, readEvents: () => AnswerReader) {
    this.#body = body;
    this.#readEvents = readEvents;
  }

  push(chunk: Buffer): void {
    if (this.#start === undefined) {
      this.#body.push(chunk);
      return;
    }
    const start = Buffer.concat([this.#start, chunk]);
    // as a part of a stream: a character may be cut at its end
    const text = new TextDecoder().decode(start.subarray(0, longestStart), { stream: true });
    const isEvents = beginsEvents(text);
    this.#start = start;
    if (isEvents === undefined && start.length < longestStart) return;
    this.#start = undefined;
    const reader = isEvents === true ? this.#readEvents() : this.#body;
    reader.push(start);
  }

  end(): void {
    this.#giveStart();
    this.#body.end();
  }

  fail(failure: CutFailure): void {
    this.#giveStart();
    this.#body.fail(failure);
  }

  #giveStart(): void {
    if (this.#start !== undefined && this.#start.length > 0) this.#body.push(this.#start);
    this.#start = undefined;
  }
}
