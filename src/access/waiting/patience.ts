/**
 * Computes how long a request may wait for capacity (law 11), purely from its caller and the
 * configuration.
 */

import { defaults } from '../../model/defaults.ts';

const { streamed, whole } = defaults.maxWait;
/**
 * A request that comes late in an outage still waits this long, if it may wait that long at all.
 */
const lateWaitMs = 14_000;
/** The error must reach the caller this long before its own limit. */
const announcedSlackMs = 2000;

export interface Patience {
  /** The request came at this time, epoch ms. */
  readonly startedAt: number;
  readonly isWhole: boolean;
  /** The caller's own limit in ms, from its headers or from when it left before. */
  readonly announcedMs?: number | undefined;
  /** The same request failed a moment ago, and its caller was asked to return. */
  readonly isBack?: boolean;
  /** Limits this request, whatever is configured. */
  readonly maxWaitMs?: number | undefined;
  /** The task is over at this time, epoch ms. */
  readonly endsAt?: number | undefined;
}

/**
 * Returns the end of the wait for something whose outage began at `beganAt`; all in epoch ms.
 * `maxWaitMs`: as configured.
 */
export function waitEndsAt(patience: Patience, beganAt: number, maxWaitMs?: number): number {
  const { startedAt, isWhole, announcedMs, endsAt = Number.POSITIVE_INFINITY } = patience;
  const isShort = isWhole && announcedMs === undefined;
  const ownMs = patience.maxWaitMs ?? maxWaitMs ?? (isShort ? whole : streamed) * 1000;
  const isBounded = isShort || patience.maxWaitMs !== undefined;
  const latest = isBounded ? startedAt + ownMs : Number.POSITIVE_INFINITY;
  const announced = startedAt + (announcedMs ?? Number.POSITIVE_INFINITY) - announcedSlackMs;
  const lateMs = Math.min(patience.isBack === true ? whole * 1000 : lateWaitMs, ownMs);
  return Math.min(Math.max(beganAt + ownMs, startedAt + lateMs), latest, announced, endsAt);
}

/**
 * A caller that left a moment ago and returns has probably reached its limit: this is the shortest
 * that people set.
 */
export const metLimitMs = 10_000;

/** A stream without content sends a keep-alive this often. */
export const signOfLifeMs = 15_000;
