/**
 * Waits for an answer no longer than its signal or its time allows; what was asked goes on all the
 * same.
 */

import type { Clock } from '../host.ts';

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
