/** The rules that every store follows, whatever it keeps its rows in. Pure. */

import type { Scope } from '../model/failure.ts';
import type { Tombstone } from './store.ts';

/** Records kept; older ones fall out. */
export const recordLimit = 1000;

/** A reset is remembered this long: longer than any request that was under way when it came (law 14). */
export const tombstoneMs = 10 * 60_000;

const fields = ['origin', 'account', 'fingerprint', 'model'] as const;

/** Whether everything the scope covers is covered by the pattern too. */
export function isInside(scope: Scope, pattern: Scope): boolean {
  return fields.every((field) => pattern[field] === undefined || pattern[field] === scope[field]);
}

/** Whether a reset that covers this scope came after a lease of `leasedAt`. */
export function isNewerTombstone(tombstone: Tombstone, scope: Scope, leasedAt: number): boolean {
  return tombstone.at >= leasedAt && isInside(scope, tombstone.scope);
}
