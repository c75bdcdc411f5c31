/** Which classes leave a mark, over what, and for how long (after step 5 of a request); docs/retries.md explains them. Pure. */

import type { CandidateField, Failure, FailureClass, Mark } from '../../model/failure.ts';

export interface MarkPolicy {
  readonly scope: readonly CandidateField[];
  /** It speaks of the way to the host, and so of every site there. Default: of the site alone. */
  readonly ofHost?: true;
  /** The secret itself is refused: two sites of a host that do so speak for the host (law 5). Default: it is not. */
  readonly refusesKey?: true;
  /** The mark holds for the operation alone that failed: chat may be well where vectors are not to be had. Default: for all. */
  readonly ofOperation?: true;
  /** Windows in ms, by how many opened in a row; the last one repeats. */
  readonly windows: readonly number[];
  /** How many such failures in a row, per process, before the first mark. Default: the first one marks. */
  readonly afterInARow?: number;
  /** The longest end a provider may set, ms. */
  readonly capMs: number;
  /** Windows once the outage is older than `lateAfterMs`, each longer than the one before. Default: `windows` go on. */
  readonly lateWindows?: readonly number[];
  /** It is about capacity or reachability, which come back by themselves: requests wait for its end (law 11). Default: false. */
  readonly isWaitedFor?: boolean;
  /**
   * What ends the mark and its row: the 2xx head of its probe, which shows that somebody is there and has room; the commit;
   * or the whole answer, since a stream may die after it. Default: the commit.
   */
  readonly endedBy?: 'head' | 'whole-answer';
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** An outage this old is no blip: it is probed less often. */
export const lateAfterMs = 5 * minute;
const steps = (...seconds: readonly number[]): readonly number[] => seconds.map((count) => count * second);

/** The last is a little below 5 s: a provider that is back is in use again within 5 s, whenever the next request comes. */
const outage = { windows: steps(1, 2, 4, 4.8), lateWindows: steps(10, 20, 30), capMs: 6 * hour } as const;
const shown = { isWaitedFor: true, endedBy: 'head' } as const;
const silence = { windows: steps(10, 20, 30), afterInARow: 3, capMs: 6 * hour, isWaitedFor: true } as const;
const money = { windows: [15 * minute, 30 * minute, hour], capMs: 24 * hour } as const;

/** Classes that are absent write no mark. */
export const markPolicies: Readonly<Partial<Record<FailureClass, MarkPolicy>>> = {
  'auth-rejected': {
    scope: ['origin', 'fingerprint'],
    refusesKey: true,
    windows: [15 * minute],
    capMs: 6 * hour,
  },
  'auth-suspect': {
    scope: ['origin', 'fingerprint', 'model'],
    refusesKey: true,
    windows: [30 * second, minute, 5 * minute],
    capMs: 6 * hour,
  },
  'auth-revoked': { scope: ['origin', 'fingerprint'], refusesKey: true, windows: [hour], capMs: 6 * hour },
  'forbidden-model': { scope: ['origin', 'fingerprint', 'model'], windows: [15 * minute], capMs: 6 * hour },
  billing: { scope: ['origin', 'account'], ...money },
  quota: { scope: ['origin', 'account'], ...money },
  'rate-limit': {
    scope: ['origin', 'account', 'model'],
    windows: steps(2, 4, 8, 16, 30),
    capMs: 6 * hour,
    ...shown,
  },
  overloaded: { scope: ['origin', 'model'], ofOperation: true, ...outage, ...shown },
  'server-error': { scope: ['origin', 'model'], ofOperation: true, ...outage, afterInARow: 3, ...shown },
  connect: { scope: ['origin'], ofHost: true, ...outage, afterInARow: 3, ...shown },
  timeout: { scope: ['origin', 'model'], ofOperation: true, ...silence },
  'stream-cut': { scope: ['origin', 'model'], ...silence, endedBy: 'whole-answer' },
  'stream-stall': { scope: ['origin', 'model'], ...silence, endedBy: 'whole-answer' },
  malformed: {
    scope: ['origin', 'model'],
    ofOperation: true,
    ...outage,
    afterInARow: 3,
    isWaitedFor: true,
  },
  'model-missing': { scope: ['origin', 'model'], ofOperation: true, windows: [15 * minute], capMs: 6 * hour },
};

/** How long marks of this failure last: those of a connection that timed out as long as those of silence. */
export function windowsFor({
  class: failureClass,
  timedOut,
}: Pick<Failure, 'class' | 'timedOut'>): Pick<MarkPolicy, 'windows' | 'lateWindows'> | undefined {
  return timedOut === true ? silence : markPolicies[failureClass];
}

/** Whether requests wait for the end of marks of this cause (law 11). */
export function isWaitedFor(cause: FailureClass): boolean {
  return markPolicies[cause]?.isWaitedFor === true;
}

/** With nothing else free, a mark of a key, of money or of a model is probed this often before its end (law 7). */
const earlyProbeMs = minute;
/** The same for an end of capacity that its provider named; our own windows of capacity are waited for instead. */
const namedEndProbeMs = 15 * minute;

/** How often an open mark may be probed before its end where nothing else is free; `Infinity`: never. */
export function earlyProbeEveryMs({ cause, endSetBy }: Pick<Mark, 'cause' | 'endSetBy'>): number {
  if (cause === 'auth-revoked') return Number.POSITIVE_INFINITY;
  if (!isWaitedFor(cause)) return earlyProbeMs;
  return endSetBy === 'provider' ? namedEndProbeMs : Number.POSITIVE_INFINITY;
}

/** What of a candidate a mark of this failure covers: what its rule knows better, else its class's own; always where it was asked. Empty: no mark. */
export function markScopeOf({
  class: failureClass,
  scope,
}: Pick<Failure, 'class' | 'scope'>): readonly CandidateField[] {
  const own = markPolicies[failureClass]?.scope ?? [];
  if (own.length === 0 || scope === undefined) return own;
  return ['origin', ...scope.filter((field) => field !== 'origin')];
}

/** What an answer has shown so far; each says all that the one before it says, but for the whole answer, which is a sign of its own. */
export type Sign = 'commit' | NonNullable<MarkPolicy['endedBy']>;

/** Whether this sign ends the marks of a cause. */
export function isEnough(sign: Sign, cause: FailureClass): boolean {
  const wanted = markPolicies[cause]?.endedBy ?? 'commit';
  return wanted === sign || (wanted === 'head' && sign === 'commit');
}
