/**
 * Shares one pending question among all who wait for it: a program or a keychain is never asked
 * twice at once.
 */

import { untilAborted } from '../../transport/within.ts';

interface Running<T> {
  readonly answer: Promise<T>;
  readonly cancel: AbortController;
  waiting: number;
}

export class Asking<T> {
  #running: Running<T> | undefined;

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Joins the pending question, or asks it. A caller that is aborted leaves with its signal's
   * reason; the question itself is aborted with its last caller.
   */
  async ask(signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const running = this.#running ?? this.#begin(start);
    running.waiting += 1;
    try {
      return await untilAborted(running.answer, signal);
    } finally {
      running.waiting -= 1;
      if (running.waiting === 0) this.#leave(running);
    }
  }

  #begin(start: (signal: AbortSignal) => Promise<T>): Running<T> {
    const cancel = new AbortController();
    const running: Running<T> = { answer: start(cancel.signal), cancel, waiting: 0 };
    this.#running = running;
    return running;
  }

  #leave(running: Running<T>): void {
    if (this.#running === running) this.#running = undefined;
    running.cancel.abort();
  }
}
