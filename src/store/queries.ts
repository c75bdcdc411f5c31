/** Which records and days a query of the history asks for. Pure, and the same for every store. */

import type { RequestRecord } from '../model/record.ts';
import type { UsageQuery } from '../model/usage.ts';
import { keptMs, recordKindOf, targetOf } from './policy.ts';
import type { RecordQuery } from './store.ts';

const askedNames = ['id', 'task', 'caller', 'session', 'agent'] as const;

/** True if the record matches the query; the caller applies the limit. */
export function isAskedFor(record: RequestRecord, query: RecordQuery): boolean {
  const { since, until, endedSince, endedUntil, kind, target } = query;
  if (!isWithin(record.at, since, until)) return false;
  if (!isWithin(record.at + record.durationMs, endedSince, endedUntil)) return false;
  if (kind !== undefined && kind !== recordKindOf(record)) return false;
  if (target !== undefined && target !== targetOf(record)) return false;
  return askedNames.every((name) => query[name] === undefined || query[name] === record[name]);
}

function isWithin(
  at: number,
  since = Number.NEGATIVE_INFINITY,
  until = Number.POSITIVE_INFINITY,
): boolean {
  return at >= since && at < until;
}

/** Uses UTC. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The first and last day of the query. */
export function daysOf({ since, until }: UsageQuery): readonly [first: string, last: string] {
  return [since === undefined ? '' : dayOf(since), until === undefined ? '9999' : dayOf(until)];
}

/** The last day to delete if `newest` is the newest. */
export function forgottenDay(newest: string): string {
  return dayOf(Date.parse(newest) - keptMs.usage);
}
