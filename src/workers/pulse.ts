/**
 * Whether a worker still answers its primary. One in an endless loop, or stopped, holds whoever is
 * passed to it: it gets no more connections, and is ended if it stays so.
 */

import type { Clock } from '../host.ts';

/** It is asked this often, and the next question waits for the answer. */
const askEveryMs = 1000;
/** Seconds without an answer after which others get the connections. */
const slowAfter = 2;
/** And after which it is ended: its streams have stood still as long. */
const stuckAfter = 10;

interface PulseParts {
  readonly clock: Pick<Clock, 'startTimer'>;
  /** Resolves when the worker answers; it may reject when that is gone. */
  readonly ask: () => Promise<unknown>;
  /** It answers late, or again. */
  readonly onChange: (isSlow: boolean) => void;
  readonly onStuck: () => void;
}

/**
 * Counts by its own timer: where the whole machine slept or was too busy, the primary has missed
 * its beats too. Returns a function that ends it.
 */
export function watchPulse({ clock, ask, onChange, onStuck }: PulseParts): () => void {
  let missed = 0;
  let isAsked = false;
  const hear = (): void => {
    isAsked = false;
    if (missed >= slowAfter) onChange(false);
    missed = 0;
  };
  const beat = (): void => {
    if (isAsked) missed += 1;
    else ask().then(hear, () => undefined); // it is gone: that is heard elsewhere
    isAsked = true;
    if (missed === slowAfter) onChange(true);
    if (missed === stuckAfter) onStuck();
    else timer = clock.startTimer(askEveryMs, beat);
  };
  let timer = clock.startTimer(askEveryMs, beat);
  return () => timer.cancel();
}
