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

const second = 1000;
const minute = 60 * second;

/** gRPC writes timeouts in hours, minutes, seconds, milli-, micro- and nanoseconds. */
const grpcUnits: Readonly<Record<string, number>> = {
  H: 60 * minute,
  M: minute,
  S: second,
  m: 1,
  u: 1 / 1000,
  n: 1 / 1_000_000,
};

const inSeconds = (text: string): number => Number(text) * second;

/** A stream without content sends a keep-alive this often. */
export const signOfLifeMs = 15_000;
/** It limits only silence, which keep-alives prevent. */
const ofSilence = 'x-stainless-read-timeout';

/** Headers in which clients announce their limit, as ms. A caller may send several. */
const announcing: Readonly<Record<string, (text: string) => number>> = {
  // OpenAI for JavaScript sends it only if the call set it; Anthropic always.
  'x-stainless-timeout': inSeconds,
  // OpenAI and Anthropic for Python: how long they wait for the next byte.
  [ofSilence]: inSeconds,
  // Google's SDKs: how long the server may take.
  'x-server-timeout': inSeconds,
  // Envoy, as a client's own proxy.
  'x-envoy-expected-rq-timeout-ms': Number,
  'grpc-timeout': (text) => Number(text.slice(0, -1)) * (grpcUnits[text.slice(-1)] ?? Number.NaN),
};

/** Returns the limit that a caller announces, in ms; undefined if it announces none. */
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
