/** Gives the simulated provider its only access to real time. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { SimClock } from './clock.ts';

export const realClock: SimClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};
