/** The rules of every store, whatever it keeps its rows in. Pure. */

import type { LimitReading } from '../model/credential.ts';
import { defaults } from '../model/defaults.ts';
import type { FailureClass, Mark, Scope } from '../model/failure.ts';
import type { RequestRecord, SkipRecord } from '../model/record.ts';
import {
  type Ahead,
  type SpendingChange,
  type SpendingRow,
  type SpendingSum,
  type SpendingUnit,
  type Spent,
  spendingUnits,
} from '../model/spending.ts';
import type { RecordKind, Tombstone } from './store.ts';

/** Number of plain records kept, and of all others; the oldest are dropped. */
export const recordLimit = 5000;

const day = 24 * 3_600_000;

/**
 * How long a reset is remembered: longer than any request that was in progress at the time (law
 * 14), and as long as a failed request from before it could still be reported.
 */
const tombstoneMs = day;

/**
 * A reset later than this is from before the clock was set back: processes of one machine have one
 * clock.
 */
const tombstoneAheadMs = 1000;

/**
 * Maximum age of rows: marks count from their end, all others from the newest row of their kind.
 */
export const keptMs = {
  /**
   * A mark is ignored long before; its row is deleted only if there are many, because the clock may
   * be wrong.
   */
  mark: 30 * day,
  /** Tokens replaced every hour would pile up. */
  proven: 90 * day,
  /** Providers keep responses for 30 days. */
  boundId: 30 * day,
  lastingId: 400 * day,
  record: defaults.records.days * day,
  usage: 400 * day,
} as const;

/** How many rows of ended marks are kept. */
export const forgottenMarksLimit = 100;

/** Maximum number of marks; at the limit enough are deleted to make room for a while. */
export const marksLimit = 5000;
export const marksLeft = 4500;

/** Maximum number of moved conversations: all are read whenever health has changed. */
export const movedLimit = 2000;

/** Maximum number of readings of limits, which are read with health too. */
export const limitsLimit = 2000;

/**
 * Windows kept per budget. More than the hours of 62 days, so a clock that runs ahead for a while
 * does not delete the current one.
 */
export const spendingLimit = 1500;

/**
 * Nothing is dated or requested further ahead than this. A row that is was written under a wrong
 * clock.
 */
export const farAheadMs = 3_600_000;

/** Longer than any window that is opened. */
export const windowLimitMs = 26 * 3_600_000;

export const scopeFields = [
  'origin',
  'site',
  'account',
  'fingerprint',
  'model',
  'operation',
] as const;

/**
 * True if the pattern covers the whole scope: every field in the pattern is equal. A scope without
 * a site (an unreachable host) belongs to every site.
 */
export function isInside(scope: Scope, pattern: Scope): boolean {
  return scopeFields.every(
    (field) =>
      pattern[field] === undefined ||
      pattern[field] === scope[field] ||
      (field === 'site' && scope.site === undefined),
  );
}

/**
 * A reset applies if `after` < its time < `before`. An earlier one is too old, and a later one is
 * from before the clock was set back.
 */
export function tombstoneLife(now: number): { readonly after: number; readonly before: number } {
  return { after: now - tombstoneMs, before: now + tombstoneAheadMs };
}

/** True if these tombstones forbid a mark found by a lease of `leasedAt`. */
export function isForbidden(
  scope: Scope,
  tombstones: readonly Tombstone[],
  { leasedAt, now }: { readonly leasedAt: number; readonly now: number },
): boolean {
  const { after, before } = tombstoneLife(now);
  return tombstones.some(
    ({ at, scope: pattern }) =>
      at > after && at < before && at >= leasedAt && isInside(scope, pattern),
  );
}

/** Whose limits they are, as a key. */
export function accountOf({ site, account }: Pick<LimitReading, 'site' | 'account'>): string {
  return `${site}\n${account}`;
}

/** Readings of one window of an account have the same key. */
export function keyOfLimit({ site, account, of, model, lengthMs }: LimitReading): string {
  return JSON.stringify([site, account, of, model, lengthMs]);
}

/** True if this reading counts, and not the present one: it is later, or that is from ahead. */
export function isLaterReading(
  { asOf }: Pick<LimitReading, 'asOf'>,
  present: Pick<LimitReading, 'asOf'> | undefined,
  now: number,
): boolean {
  return present === undefined || asOf >= present.asOf || present.asOf > now;
}

/** Throws `TypeError` for a mark without an end (law 7). */
export function checkMark(mark: Mark): void {
  if (!Number.isFinite(mark.since) || !Number.isFinite(mark.until)) {
    throw new TypeError(
      `a mark must end: ${mark.key} has since ${mark.since}, until ${mark.until}`,
    );
  }
}

/** True if the end of this mark must not change at `now`. */
export function isMarkOpen(mark: Mark, now: number): boolean {
  const { since, until } = mark;
  return until > now && !isOfAnotherClock(mark, now) && until - since <= windowLimitMs;
}

/**
 * True if a mark starts so far in the future that the clock was set back since, or ran ahead: it
 * would last more than a tenth too long.
 */
export function isOfAnotherClock(
  { since, until }: Pick<Mark, 'since' | 'until'>,
  now: number,
): boolean {
  return isFromAhead(since, now) || since - now > (until - since) / 10;
}

/**
 * A mark that ended this long ago no longer counts: the next failure starts at the shortest window.
 */
export function isForgotten({ until }: Pick<Mark, 'until'>, now: number): boolean {
  return until <= now - keptMs.mark;
}

/**
 * Chooses marks to delete above the limit: first those not opened under our clock, then those that
 * end first. The mark just written stays.
 */
export function listSurplus(
  marks: ReadonlyMap<string, Mark>,
  written: Pick<Mark, 'key'>,
  now: number,
): readonly Mark[] {
  if (marks.size <= marksLimit) return noMarks;
  const isForeign = ({ since, until }: Mark): boolean =>
    isFromAhead(since, now) || until - since > windowLimitMs;
  return [...marks.values()]
    .filter(({ key }) => key !== written.key)
    .sort(
      (one, other) =>
        Number(isForeign(one)) - Number(isForeign(other)) ||
        other.until - one.until ||
        (one.key < other.key ? -1 : 1),
    )
    .slice(marksLeft - 1);
}

const noMarks: readonly Mark[] = [];

/**
 * True if the mark was opened after the lease: a success of the lease then does not end it (law
 * 14).
 */
export function isOpenedAfter(since: number, leasedAt: number): boolean {
  return since > leasedAt && !isFromAhead(since, leasedAt);
}

/** True if the time was written under a clock that ran ahead of ours. */
export function isFromAhead(time: number, now: number): boolean {
  return time > now + farAheadMs;
}

/**
 * The newest time of the rows, 0 if there are none. The age of rows is measured from it, since a
 * store has no clock.
 */
export function latestTime(rows: readonly { readonly at: number }[]): number {
  return rows.reduce((latest, { at }) => Math.max(latest, at), 0);
}

/**
 * Records that are dated later than `after` were written before the clock was set back: they are
 * older than these, and count from `at`. If it was only behind for a while, as at the start of a
 * machine without a clock of its own, they count from their own time again: these are from ahead of
 * the newest then.
 */
export function setBackTo(
  records: readonly Pick<RequestRecord, 'at' | 'durationMs'>[],
): readonly [at: number, after: number] {
  const begun = records.map(({ at }) => at);
  const ended = records.map(({ at, durationMs }) => at + durationMs);
  return [Math.min(...begun), Math.max(...ended) + farAheadMs];
}

/** True if a probe or lock taken until `expiresAt` still excludes others at `now`. */
export function isLeaseHeld(expiresAt: number, now: number): boolean {
  const { after, until } = probeLife(now);
  return expiresAt > after && expiresAt <= until;
}

/** Probes that end at or before `after`, or after `until`, do not count. */
export function probeLife(now: number): { readonly after: number; readonly until: number } {
  return { after: now, until: now + farAheadMs };
}

/** Skips that every request has until someone changes the configuration. */
const standingSkips: ReadonlySet<SkipRecord['cause']> = new Set(['not-needed', 'auth-missing']);
/** Skips caused by the request itself. */
const askedFor: ReadonlySet<SkipRecord['cause']> = new Set(['protocol', 'bound-to-account']);

export function recordKindOf({ outcome, attempts, skipped, notes }: RequestRecord): RecordKind {
  if (outcome === 'failed' || outcome === 'broken') return 'failed';
  if (outcome === 'client-gone') return 'other';
  for (const { failure } of attempts) if (failure !== undefined) return 'rescued';
  const telling = skipped.filter(({ cause }) => !standingSkips.has(cause));
  if (telling.some(({ cause }) => !askedFor.has(cause))) return 'rescued';
  return telling.length + notes.length === 0 ? 'plain' : 'other';
}

/** The target that answered, else the last one that was asked. */
export function targetOf({ answeredBy, attempts }: RequestRecord): string | undefined {
  return answeredBy ?? attempts.at(-1)?.target;
}

/** The first choice of a rescued request, and what kept it from answering. */
interface MissedChoice {
  readonly target: string;
  readonly cause: FailureClass | SkipRecord['cause'];
}

/**
 * Returns who failed first in a rescued request, else who was passed over before the answer.
 */
export function firstChoiceOf({
  attempts,
  skipped,
}: Pick<RequestRecord, 'attempts' | 'skipped'>): MissedChoice | undefined {
  for (const { target, failure } of attempts)
    if (failure !== undefined) return { target, cause: failure.class };
  const passed = skipped.find(({ cause }) => !standingSkips.has(cause) && !askedFor.has(cause));
  return passed && { target: passed.target, cause: passed.heldFor ?? passed.cause };
}

/** Sums of fractions may differ by this much. */
export const dust = 1e-9;

/** What may be taken ahead of a budget with these sums. Undefined: less than is needed is left. */
function takeAhead({ least, most, limits }: Ahead, sums: Spent): Spent | undefined {
  const taken: Record<SpendingUnit, number> = { ...least };
  for (const unit of spendingUnits) {
    const left = (limits[unit] ?? Number.POSITIVE_INFINITY) - sums[unit];
    if (least[unit] > 0 && least[unit] > left + dust) return undefined;
    taken[unit] = Math.max(least[unit], Math.min(most[unit], left));
  }
  return taken;
}

/**
 * Makes changes of budgets with `add`, which adds to a row's sums and returns them. What is taken
 * ahead is taken for all of them or for none.
 */
export function changeSpending(
  changes: readonly SpendingChange[],
  add: (row: SpendingRow) => SpendingRow,
): readonly SpendingSum[] {
  const sums = changes.map(add);
  const taken = changes.map(({ ahead }, index) => {
    const sum = sums[index];
    return ahead && sum && takeAhead(ahead, sum);
  });
  const isShort = changes.some(({ ahead }, index) => ahead !== undefined && !taken[index]);
  if (isShort) return sums;
  return sums.map((sum, index) => {
    const more = taken[index];
    return more === undefined ? sum : { ...add({ ...sum, ...more }), taken: more };
  });
}
