/**
 * Waits for a state file that another process has locked: many short tries with pauses, never one
 * long one.
 */

import { StoreError } from '../../errors.ts';
import type { Host } from '../../host.ts';

/** After this long the file counts as locked for good. */
export const busyLimitMs = 15_000;

const firstPauseMs = 5;
const longestPauseMs = 200;

/**
 * Passes errors of the work on; `store-busy` only if the file is still locked at `deadline`
 * (monotonic ms).
 */
export async function retryWhileBusy<Result>(
  host: Pick<Host, 'clock' | 'random'>,
  deadline: number,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      const isBusy = error instanceof StoreError && error.code === 'store-busy';
      if (!isBusy || host.clock.monotonic() >= deadline) throw error;
    }
    await host.clock.sleep(pauseMs * (0.5 + host.random()));
  }
}
