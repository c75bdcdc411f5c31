/** What the laws of a store are told with: rows with sensible fields, and a place in time. */

import type { Mark, Scope } from '../../../src/model/failure.ts';
import type { RequestRecord } from '../../../src/model/record.ts';
import type { UsageRow } from '../../../src/model/usage.ts';
import type { Store } from '../../../src/store/store.ts';
import { recordOf } from '../../fakes/record.ts';

/** The store under test, as it is when a law asks for it. */
export type Present = () => Store;

export const start = 1_800_000_000_000;
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A lease of the first moment. */
export const firstLease = { leasedAt: start, now: start };

/** A lease that ends so many ms after `now`. */
export function until(
  ms: number,
  now: number = start,
): { readonly now: number; readonly expiresAt: number } {
  return { now, expiresAt: now + ms };
}

export function markOf(facts: Partial<Mark> = {}): Mark {
  const scope: Scope = facts.scope ?? {
    origin: 'https://p.example',
    fingerprint: 'sha256:a',
    model: 'm',
  };
  return {
    key: `rate-limit ${JSON.stringify(scope)}`,
    cause: 'rate-limit',
    scope,
    since: start,
    until: start + minute,
    endSetBy: 'ours',
    strikes: 1,
    evidence: 'why',
    ...facts,
  };
}

export function recordAt(id: string, at: number): RequestRecord {
  return recordOf({
    id,
    at,
    durationMs: 12.5,
    streamed: true,
    answeredBy: 'p/m',
    notes: ['a note'],
  });
}

/** One request of a day. */
export const oneUse: UsageRow = {
  day: '2027-01-15',
  caller: '',
  task: 'main',
  target: 'x/y',
  purpose: 'main',
  requests: 1,
  inputTokens: 1,
  outputTokens: 1,
  cachedTokens: 0,
  usd: 0,
  unpriced: 0,
};
