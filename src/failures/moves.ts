/** Moves and windows that several classes share. Data. */

import type { AmendKind, MarkPolicy, Move } from './row.ts';

export const reread = { move: 'reread' } as const;
export const rotate = { move: 'rotate' } as const;
export const nextTarget = { move: 'next-target' } as const;
export const wait = { move: 'wait' } as const;
export const retryOnce = { move: 'retry', times: 1 } as const;
export const retryTwice = { move: 'retry', times: 2 } as const;
export const retryLast = { move: 'retry-last', times: 1 } as const;

export function amend(by: AmendKind): Move {
  return { move: 'amend', by };
}

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

export function steps(...seconds: readonly number[]): readonly number[] {
  return seconds.map((count) => count * second);
}

/**
 * The last window is a little below 5 s, so that a provider that is back is used again within 5 s,
 * whenever the next request comes.
 */
export const outage = {
  windows: steps(1, 2, 4, 4.8),
  lateWindows: steps(10, 20, 30),
  capMs: 6 * hour,
} as const;
export const endedByHead = { isWaitedFor: true, endedBy: 'head' } as const;
export const silence = {
  windows: steps(10, 20, 30),
  afterInARow: 3,
  capMs: 6 * hour,
  isWaitedFor: true,
} as const satisfies Partial<MarkPolicy>;
export const money = { windows: [15 * minute, 30 * minute, hour], capMs: 24 * hour } as const;
