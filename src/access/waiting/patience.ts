/**
 * How long a request may wait for capacity (law 11): purely from what the caller asked, said and
 * configured.
 */

import { defaults } from '../../model/defaults.ts';

const { streamed, whole } = defaults.maxWait;
/**
 * A request that comes late into an outage waits this long all the same, where it may wait that
 * long at all.
 */
const lateWaitMs = 14_000;
/** The answer that says so must reach a caller before the limit that he has announced. */
const announcedSlackMs = 2000;

export interface Patience {
  /** Epoch ms at which the request came. */
  readonly startedAt: number;
  readonly isWhole: boolean;
  /** The caller's own limit, ms, as it says itself or as it has left before. */
  readonly announcedMs?: number | undefined;
  /** Its caller came a moment ago with the same request, and was told to come again. */
  readonly isBack?: boolean;
  /** Of this request, whatever is configured. */
  readonly maxWaitMs?: number | undefined;
  /** Epoch ms at which the task is over. */
  readonly endsAt?: number | undefined;
}

/**
 * The end of the wait for something whose outage began at `beganAt`; all in epoch ms. `maxWaitMs`:
 * as configured.
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
 * A caller that left a moment ago and comes again has most likely met its limit: the shortest that
 * people set.
 */
export const metLimitMs = 10_000;

const second = 1000;
const minute = 60 * second;

/**
 * By the letter behind its number: hours, minutes, seconds, and what a second has a thousand, a
 * million, a billion of.
 */
const grpcUnits: Readonly<Record<string, number>> = {
  H: 60 * minute,
  M: minute,
  S: second,
  m: 1,
  u: 1 / 1000,
  n: 1 / 1_000_000,
};

const inSeconds = (text: string): number => Number(text) * second;

/** A stream without content shows a sign of life this often. */
export const signOfLifeMs = 15_000;
/** It limits silence alone, which a stream with signs of life has not. */
const ofSilence = 'x-stainless-read-timeout';

/** Where clients announce their limit, ms. A caller may name several. */
const announcing: Readonly<Record<string, (text: string) => number>> = {
  // OpenAI for JavaScript says it only where it was given with the call; Anthropic always.
  'x-stainless-timeout': inSeconds,
  // OpenAI and Anthropic for Python: how long they wait for the next byte.
  [ofSilence]: inSeconds,
  // Google's SDKs: how long its server may take.
  'x-server-timeout': inSeconds,
  // Envoy, as a client's own proxy.
  'x-envoy-expected-rq-timeout-ms': Number,
  'grpc-timeout': (text) => Number(text.slice(0, -1)) * (grpcUnits[text.slice(-1)] ?? Number.NaN),
};

/** The limit that a caller announces, ms; undefined where it says none. */
export function readAnnounced(
  headers: Readonly<Record<string, string>>,
  isStream: boolean,
): number | undefined {
  let shortest = Number.POSITIVE_INFINITY;
  for (const name in announcing) {
    const text = headers[name];
    const limitMs = text === undefined ? 0 : (announcing[name]?.(text) ?? 0);
    const isMet = isStream && name === ofSilence && limitMs > signOfLifeMs;
    if (limitMs > 0 && limitMs < shortest && !isMet) shortest = limitMs;
  }
  return Number.isFinite(shortest) ? shortest : undefined;
}
