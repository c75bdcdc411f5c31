/**
 * One asking at a time, shared by all who wait for it: a program or a keychain is not asked twice
 * at once.
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
   * Joins the asking under way, or starts one. A caller that is cancelled leaves with its signal's
   * reason; the asking goes on while anybody else waits, and is cancelled with the last one.
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
