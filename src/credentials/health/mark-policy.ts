/** Which classes leave a mark, over what, and for how long (after step 5 of a request); docs/retries.md explains them. Pure. */

import type { CandidateField, Failure, FailureClass } from '../../model/failure.ts';

export interface MarkPolicy {
  readonly scope: readonly CandidateField[];
  /** The mark holds for the operation alone that failed: chat may be well where vectors are not to be had. Default: for all. */
  readonly ofOperation?: true;
  /** Windows in ms, by how many opened in a row; the last one repeats. */
  readonly windows: readonly number[];
  /** How many such failures in a row, per process, before the first mark. Default: the first one marks. */
  readonly afterInARow?: number;
  /** The longest end a provider may set, ms. */
  readonly capMs: number;
  /** With nothing else to use, a probe may go out this long after the last one. */
  readonly probeEveryMs: number;
  /** What ends the mark and its row: the commit, or the whole answer, since a stream may die after it. Default: the commit. */
  readonly endedBy?: 'whole-answer';
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** The last is a little below 5 s: a provider that is back is in use again within 5 s, whenever the next request comes. */
const shortSteps = [1, 2, 4, 4.8].map((seconds) => seconds * second);
const outage = { windows: shortSteps, afterInARow: 3, capMs: 6 * hour, probeEveryMs: 5 * second } as const;
const silence = {
  windows: [10, 20, 40, 60].map((s) => s * second),
  afterInARow: 3,
  capMs: 6 * hour,
  probeEveryMs: 5 * second,
} as const;
const money = { windows: [15 * minute, 30 * minute, hour], capMs: 24 * hour, probeEveryMs: minute } as const;

/** Classes that are absent write no mark. */
export const markPolicies: Readonly<Partial<Record<FailureClass, MarkPolicy>>> = {
  'auth-rejected': {
    scope: ['origin', 'fingerprint'],
    windows: [15 * minute],
    capMs: 6 * hour,
    probeEveryMs: minute,
  },
  'auth-suspect': {
    scope: ['origin', 'fingerprint', 'model'],
    windows: [30 * second, minute, 5 * minute],
    capMs: 6 * hour,
    probeEveryMs: 5 * second,
  },
  'auth-revoked': { scope: ['origin', 'fingerprint'], windows: [hour], capMs: 6 * hour, probeEveryMs: hour },
  'forbidden-model': {
    scope: ['origin', 'fingerprint', 'model'],
    windows: [15 * minute],
    capMs: 6 * hour,
    probeEveryMs: 5 * second,
  },
  billing: { scope: ['origin', 'account'], ...money },
  quota: { scope: ['origin', 'account'], ...money },
  'rate-limit': {
    scope: ['origin', 'account', 'model'],
    windows: [2, 4, 8, 16, 32, 60].map((seconds) => seconds * second),
    capMs: 6 * hour,
    probeEveryMs: 5 * second,
  },
  overloaded: {
    scope: ['origin', 'model'],
    ofOperation: true,
    windows: shortSteps,
    capMs: 6 * hour,
    probeEveryMs: 5 * second,
  },
  'server-error': { scope: ['origin', 'model'], ofOperation: true, ...outage },
  connect: { scope: ['origin'], ...outage },
  timeout: { scope: ['origin', 'model'], ofOperation: true, ...silence },
  'stream-cut': { scope: ['origin', 'model'], ...silence, endedBy: 'whole-answer' },
  'stream-stall': { scope: ['origin', 'model'], ...silence, endedBy: 'whole-answer' },
  malformed: { scope: ['origin', 'model'], ofOperation: true, ...outage },
  'model-missing': {
    scope: ['origin', 'model'],
    ofOperation: true,
    windows: [15 * minute],
    capMs: 6 * hour,
    probeEveryMs: 5 * second,
  },
};

/** What of a candidate a mark of this failure covers: what its rule knows better, else its class's own; always at its origin. Empty: no mark. */
export function markScopeOf({ class: failureClass, scope }: Failure): readonly CandidateField[] {
  const own = markPolicies[failureClass]?.scope ?? [];
  if (own.length === 0 || scope === undefined) return own;
  return ['origin', ...scope.filter((field) => field !== 'origin')];
}
