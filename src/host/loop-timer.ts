/**
 * A time limit for answers of a fleet's engine or of the state file that counts no time in which
 * our own event loop was busy: an answer may have been there all along.
 */

import type { Clock, Timer } from '../host.ts';

const tickMs = 50;

/**
 * Calls back when the loop has run for `ms` after the first `waitMs`, unless cancelled. A loop that
 * was blocked has run for 50 ms, however long it was; what has arrived by then is handled first.
 */
export function startLoopTimer(
  clock: Pick<Clock, 'startTimer' | 'afterTurn'>,
  { ms, waitMs }: { readonly ms: number; readonly waitMs: number },
  onFire: () => void,
): Timer {
  let ticksLeft = Math.ceil(ms / tickMs);
  let isCancelled = false;
  const tick = (): void => {
    ticksLeft -= 1;
    if (ticksLeft > 0) timer = clock.startTimer(tickMs, tick);
    else clock.afterTurn(() => (isCancelled ? undefined : onFire()));
  };
  let timer = clock.startTimer(waitMs + tickMs, tick);
  return {
    cancel: () => {
      isCancelled = true;
      timer.cancel();
    },
  };
}
