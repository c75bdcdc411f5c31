/** Where one request stands among those who wait for capacity (step 2), and what it may do because it has waited. */

import type { Turn } from './wait-queues.ts';

export interface Line {
  /** By when it came. */
  readonly ticket: number;
  /** Set while it was called out of a queue. */
  turn: Turn | undefined;
  /** Once or more. */
  hasWaited: boolean;
  /** Until its next attempt, which comes right behind the end of a mark. */
  comesFromWait: boolean;
}

export function createLine(ticket: number): Line {
  return { ticket, turn: undefined, hasWaited: false, comesFromWait: false };
}
