/** How long a request may wait for capacity (law 11): purely from what the caller asked, said and configured. */

import { defaults } from '../../model/defaults.ts';

const { streamed, whole } = defaults.maxWait;
/** A request that comes late into an outage waits this long all the same, where it may wait that long at all. */
const lateWaitMs = 14_000;
/** The answer that says so must reach a caller before the limit that he has announced. */
const announcedSlackMs = 2000;

export interface Patience {
  /** Epoch ms at which the request came. */
  readonly startedAt: number;
  readonly isWhole: boolean;
  /** The caller's own limit, ms: both big SDKs send `x-stainless-timeout`, in seconds. */
  readonly announcedMs?: number | undefined;
  /** Of this request, whatever is configured. */
  readonly maxWaitMs?: number | undefined;
  /** Epoch ms at which the task is over. */
  readonly endsAt?: number | undefined;
}

/** The end of the wait for something whose outage began at `beganAt`; all in epoch ms. `maxWaitMs`: as configured. */
export function waitEndsAt(patience: Patience, beganAt: number, maxWaitMs?: number): number {
  const { startedAt, isWhole, announcedMs, endsAt = Number.POSITIVE_INFINITY } = patience;
  const isShort = isWhole && announcedMs === undefined;
  const ownMs = patience.maxWaitMs ?? maxWaitMs ?? (isShort ? whole : streamed) * 1000;
  const isBounded = isShort || patience.maxWaitMs !== undefined;
  const latest = isBounded ? startedAt + ownMs : Number.POSITIVE_INFINITY;
  const announced = startedAt + (announcedMs ?? Number.POSITIVE_INFINITY) - announcedSlackMs;
  const lateMs = Math.min(lateWaitMs, ownMs);
  return Math.min(Math.max(beganAt + ownMs, startedAt + lateMs), latest, announced, endsAt);
}

/** A caller that tries again without having said its limit has most likely met it: the shortest that people set. */
const metLimitMs = 10_000;

/**
 * The limit that a caller announces, ms; undefined where it says none. OpenAI's SDK for JavaScript (7.55) says it only where it
 * was given with the call, and counts its tries in any case.
 */
export function readAnnounced(headers: Readonly<Record<string, string>>): number | undefined {
  const seconds = Number(headers['x-stainless-timeout'] ?? Number.NaN);
  if (seconds > 0) return seconds * 1000;
  return Number(headers['x-stainless-retry-count'] ?? 0) > 0 ? metLimitMs : undefined;
}
