/** The simulated provider's only door to real time. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { SimClock } from './clock.ts';

/** The system's clock. */
export const realClock: SimClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};
