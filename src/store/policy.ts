/** The rules that every store follows, whatever it keeps its rows in. Pure. */

import { defaults } from '../model/defaults.ts';
import type { Mark, Scope } from '../model/failure.ts';
import type { RequestRecord, SkipRecord } from '../model/record.ts';
import type { UsageQuery } from '../model/usage.ts';
import type { RecordKind, RecordQuery, Tombstone } from './store.ts';

/** Plain records kept, and as many of all others; older ones fall out. */
export const recordLimit = 5000;

/**
 * A reset is remembered this long: longer than any request that was under way when it came (law
 * 14).
 */
const tombstoneMs = 10 * 60_000;

const day = 24 * 3_600_000;

/**
 * Rows are forgotten when they are older than this: marks after their end, all others behind the
 * newest of their kind.
 */
export const keptMs = {
  /**
   * It is not looked at any more; its row goes when there are many, because the clock may be wrong.
   */
  mark: 30 * day,
  /** Tokens that are replaced every hour would pile up. */
  proven: 90 * day,
  /** Providers keep responses for 30 days. */
  boundId: 30 * day,
  record: defaults.records.days * day,
  usage: 400 * day,
} as const;

/** So many rows of marks that are forgotten are kept. */
export const forgottenMarksLimit = 100;

/**
 * So many marks are kept at most. Where there are more, so many go that there is room for more
 * again.
 */
export const marksLimit = 5000;
export const marksLeft = 4500;

/**
 * Of each budget its latest windows are kept, more than the hours of 62 days: a clock that runs
 * ahead for a while drops none that runs.
 */
export const spendingLimit = 1500;

/**
 * Nothing is dated or asked for further ahead than this. A row that claims more was written under
 * another clock.
 */
export const farAheadMs = 3_600_000;

/** Longer than any window that is ever opened. */
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
 * Whether everything the scope covers is covered by the pattern too: every field that the pattern
 * names is equal. What is of no site in particular (a host that is out of reach) belongs to each
 * site.
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
 * Tombstones at or before `after`, or at or past `before`, are over: too old, or from a clock that
 * ran ahead.
 */
export function tombstoneLife(now: number): { readonly after: number; readonly before: number } {
  return { after: now - tombstoneMs, before: now + tombstoneMs };
}

/** Whether these tombstones forbid a mark that a lease of `leasedAt` found. */
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

/** Throws `TypeError` for a mark that would never end (law 7). */
export function checkMark(mark: Mark): void {
  if (!Number.isFinite(mark.since) || !Number.isFinite(mark.until)) {
    throw new TypeError(
      `a mark must end: ${mark.key} has since ${mark.since}, until ${mark.until}`,
    );
  }
}

/** Whether the end of this mark must not move at `now`. */
export function isMarkOpen(mark: Mark, now: number): boolean {
  const { since, until } = mark;
  return until > now && !isOfAnotherClock(mark, now) && until - since <= windowLimitMs;
}

/**
 * Whether a mark begins so far ahead that the clock was set back since, or ran ahead: it would last
 * more than a tenth longer than it was to.
 */
export function isOfAnotherClock(
  { since, until }: Pick<Mark, 'since' | 'until'>,
  now: number,
): boolean {
  return isFromAhead(since, now) || since - now > (until - since) / 10;
}

/** Marks that ended this long ago are as good as forgotten: what fails again is news. */
export function isForgotten({ until }: Pick<Mark, 'until'>, now: number): boolean {
  return until <= now - keptMs.mark;
}

/**
 * The marks that go where there are too many: first those that no clock of ours has opened, then
 * those that end first. The one that was written last stays.
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
 * Whether a mark was opened after the lease: then a success of the lease does not end it (law 14).
 */
export function isOpenedAfter(since: number, leasedAt: number): boolean {
  return since > leasedAt && !isFromAhead(since, leasedAt);
}

/** Whether a time was written under a clock that ran ahead of ours. */
export function isFromAhead(time: number, now: number): boolean {
  return time > now + farAheadMs;
}

/**
 * The newest time among rows; 0 of none. What is older than it by a limit is forgotten: a store has
 * no clock.
 */
export function latestTime(rows: readonly { readonly at: number }[]): number {
  return rows.reduce((latest, { at }) => Math.max(latest, at), 0);
}

/** Whether a probe or lock that is taken until `expiresAt` keeps others out at `now`. */
export function isLeaseHeld(expiresAt: number, now: number): boolean {
  const { after, until } = probeLife(now);
  return expiresAt > after && expiresAt <= until;
}

/** Probes that end at or before `after`, or after `until`, hold nothing. */
export function probeLife(now: number): { readonly after: number; readonly until: number } {
  return { after: now, until: now + farAheadMs };
}

/** Skips that every request has until somebody changes the configuration. */
const standingSkips: ReadonlySet<SkipRecord['cause']> = new Set(['not-needed', 'auth-missing']);
/** Skips that come of what was asked. */
const askedFor: ReadonlySet<SkipRecord['cause']> = new Set(['protocol', 'bound-to-account']);

/** What a record tells of. */
export function recordKindOf({ outcome, attempts, skipped, notes }: RequestRecord): RecordKind {
  if (outcome === 'failed' || outcome === 'broken') return 'failed';
  if (outcome === 'client-gone') return 'other';
  for (const { failure } of attempts) if (failure !== undefined) return 'rescued';
  const telling = skipped.filter(({ cause }) => !standingSkips.has(cause));
  if (telling.some(({ cause }) => !askedFor.has(cause))) return 'rescued';
  return telling.length + notes.length === 0 ? 'plain' : 'other';
}

/** Whether a record is asked for; how many are is for the caller to count. */
export function isAskedFor(record: RequestRecord, query: RecordQuery): boolean {
  const {
    id,
    since = Number.NEGATIVE_INFINITY,
    until = Number.POSITIVE_INFINITY,
    task,
    caller,
    kind,
  } = query;
  if (record.at < since || record.at >= until) return false;
  if (id !== undefined && record.id !== id) return false;
  if (task !== undefined && record.task !== task) return false;
  return (
    (caller ?? record.caller) === record.caller &&
    (kind ?? recordKindOf(record)) === recordKindOf(record)
  );
}

/** The day of UTC in which a time lies. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The first and the last day that are asked for. */
export function daysOf({ since, until }: UsageQuery): readonly [first: string, last: string] {
  return [since === undefined ? '' : dayOf(since), until === undefined ? '9999' : dayOf(until)];
}

/** The last day that is forgotten when this one is the newest. */
export function forgottenDay(newest: string): string {
  return dayOf(Date.parse(newest) - keptMs.usage);
}
