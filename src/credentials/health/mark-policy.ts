/**
 * Says what the mark of a failure covers, how long it lasts, and what ends it, from the row of its
 * class; docs/retries.md explains it. Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { CandidateField, MarkPolicy } from '../../failures/row.ts';
import type { Failure, FailureClass, Mark } from '../../model/failure.ts';

const minute = 60_000;

/** An outage older than this is probed less often. */
export const lateAfterMs = 5 * minute;

/** Returns how long marks of this failure last. A connection that timed out counts as silence. */
export function windowsFor({
  class: failureClass,
  timedOut,
}: Pick<Failure, 'class' | 'timedOut'>): Pick<MarkPolicy, 'windows' | 'lateWindows'> | undefined {
  return rowOfClass(timedOut === true ? 'timeout' : failureClass).mark;
}

/** True when requests wait for the end of such marks (law 11). */
export function isWaitedFor(cause: FailureClass): boolean {
  return rowOfClass(cause).mark?.isWaitedFor === true;
}

/**
 * False where only somebody's change ends the cause of a mark: its end is when we look again, and
 * nothing comes back by waiting.
 */
export function endsByItself(cause: FailureClass): boolean {
  const { lasts, isLimit, advice } = rowOfClass(cause);
  return lasts !== true || isLimit === true || advice === 'recheck-key';
}

/**
 * If nothing else is free, a mark of a key, of money or of a model is probed this often before its
 * end (law 7).
 */
const earlyProbeMs = minute;
/**
 * The same for an end of capacity that the provider named; the windows that we chose ourselves are
 * waited for instead.
 */
const namedEndProbeMs = 15 * minute;

/**
 * Returns how often an open mark may be probed before its end when nothing else is free; `Infinity`
 * means never.
 */
export function earlyProbeEveryMs({ cause, endSetBy }: Pick<Mark, 'cause' | 'endSetBy'>): number {
  if (rowOfClass(cause).mark?.isFinal === true) return Number.POSITIVE_INFINITY;
  if (!isWaitedFor(cause)) return earlyProbeMs;
  return endSetBy === 'provider' ? namedEndProbeMs : Number.POSITIVE_INFINITY;
}

/**
 * Returns the fields of the candidate that the mark covers: those of the failure's rule, else of
 * its class, and always its site. Empty: no mark.
 */
export function markScopeOf({
  class: failureClass,
  scope,
}: Pick<Failure, 'class' | 'scope'>): readonly CandidateField[] {
  const own = rowOfClass(failureClass).mark?.scope ?? [];
  if (own.length === 0 || scope === undefined) return own;
  return ['origin', ...scope.filter((field) => field !== 'origin')];
}

/**
 * The stages of a good answer, each proving what the one before it does; `whole` also ends marks of
 * broken streams.
 */
export type Sign = 'commit' | NonNullable<MarkPolicy['endedBy']>;

/** True when this sign ends the marks of a cause. */
export function isEnough(sign: Sign, cause: FailureClass): boolean {
  const wanted = rowOfClass(cause).mark?.endedBy ?? 'commit';
  return wanted === sign || (wanted === 'head' && sign === 'commit');
}
