/**
 * Reads what came for a stream under a type that is none of events (step 6 of a request). Its first
 * bytes say what it is, as clients read it too: events, or a whole body.
 */

import { beginsEvents } from '../../protocols/body/json-body.ts';
import type { CutFailure } from '../classify/kept-failure.ts';
import type { AnswerReader } from './outcome.ts';

/** In bytes: the first line of an event is seen within them. */
const longestStart = 256;

export class UntypedAnswer implements AnswerReader {
  readonly #body: AnswerReader;
  readonly #readEvents: () => AnswerReader;
  #hasBegun = false;

  /** `readEvents` puts a reader of events into the place of this one, and returns it. */
  constructor(body: AnswerReader, readEvents: () => AnswerReader) {
    this.#body = body;
    this.#readEvents = readEvents;
  }

  push(chunk: Buffer): void {
    const isStart = !this.#hasBegun;
    this.#hasBegun = true;
    const isEvents = isStart && beginsEvents(chunk.toString('utf8', 0, longestStart));
    const reader = isEvents ? this.#readEvents() : this.#body;
    reader.push(chunk);
  }

  end(): void {
    this.#body.end();
  }

  fail(failure: CutFailure): void {
    this.#body.fail(failure);
  }
}
