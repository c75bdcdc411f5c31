/** Waits for a result no longer than a signal or a time allows. The work itself goes on. */

import type { Clock } from '../host.ts';

/** Rejects with the signal's reason; the work goes on. */
export function untilAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Resolves with undefined if it takes longer; the work goes on. */
export function within<T>(clock: Clock, ms: number, answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.startTimer(ms, () => resolve(undefined));
    answer.then(resolve, reject).finally(() => timer.cancel());
  });
}
