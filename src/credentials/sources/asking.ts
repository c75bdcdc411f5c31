/** One asking at a time, shared by all who wait for it: a program or a keychain is not asked twice at once. */

import type { Clock } from '../../host.ts';

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
   * Joins the asking under way, or starts one. A caller that is cancelled leaves with its signal's reason; the asking
   * goes on while anybody else waits, and is cancelled with the last one.
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

/** Leaves with the signal's reason; what was asked goes on. */
export function untilAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** The answer, or undefined when it takes longer; it goes on all the same. */
export function within<T>(clock: Clock, ms: number, answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.startTimer(ms, () => resolve(undefined));
    answer.then(resolve, reject).finally(() => timer.cancel());
  });
}
