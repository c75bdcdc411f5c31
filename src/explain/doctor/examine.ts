/**
 * Runs checks in parallel, each with a time limit. A check that fails or takes too long is reported
 * as inconclusive.
 */

import type { Clock } from '../../host.ts';
import { createTrouble, rankTroubles, type Trouble } from './troubles.ts';

export interface Check {
  /** The subject of the check: `the state file`, `https://api.deepseek.com`. */
  readonly name: string;
  /** An empty list means that the check passed. */
  readonly look: (signal: AbortSignal) => Promise<readonly Trouble[]> | readonly Trouble[];
}

export interface Examination {
  /** The worst comes first. */
  readonly troubles: readonly Trouble[];
  readonly passed: number;
}

/** A name server or proxy that does not answer must not block the report. */
const limitMs = 5000;

export async function examine(
  clock: Clock,
  checks: readonly Check[],
  signal: AbortSignal,
): Promise<Examination> {
  const found = await Promise.all(checks.map((check) => lookWithin(clock, check, signal)));
  signal.throwIfAborted();
  return {
    troubles: dropRepeatedTroubles(rankTroubles(found.flat())),
    passed: found.filter((troubles) => troubles.length === 0).length,
  };
}

/** Two checks may find the same problem. */
function dropRepeatedTroubles(troubles: readonly Trouble[]): readonly Trouble[] {
  return troubles.filter(
    ({ what }, index) => troubles.findIndex((other) => other.what === what) === index,
  );
}

async function lookWithin(
  clock: Clock,
  { name, look }: Check,
  signal: AbortSignal,
): Promise<readonly Trouble[]> {
  const limit = new AbortController();
  const stops = AbortSignal.any([limit.signal, signal]);
  const late = clock
    .sleep(limitMs, stops)
    .then(() => [describeInconclusive(name, `nothing was found out within ${limitMs / 1000} s`)])
    .catch(() => []);
  try {
    return await Promise.race([look(stops), late]);
  } catch (error) {
    return [describeInconclusive(name, error instanceof Error ? error.message : String(error))];
  } finally {
    limit.abort();
  }
}

function describeInconclusive(name: string, why: string): Trouble {
  return createTrouble('unknown', `${name} could not be looked at`, { evidence: [why] });
}
