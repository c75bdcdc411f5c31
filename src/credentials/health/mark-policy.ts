/**
 * What the mark of a failure covers, how long it lasts, and what ends it, by the row of its class;
 * docs/retries.md explains it. Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { CandidateField, MarkPolicy } from '../../failures/row.ts';
import type { Failure, FailureClass, Mark } from '../../model/failure.ts';

const minute = 60_000;

/** An outage this old is no blip: it is probed less often. */
export const lateAfterMs = 5 * minute;

/**
 * How long marks of this failure last: those of a connection that timed out as long as those of
 * silence.
 */
export function windowsFor({
  class: failureClass,
  timedOut,
}: Pick<Failure, 'class' | 'timedOut'>): Pick<MarkPolicy, 'windows' | 'lateWindows'> | undefined {
  return rowOfClass(timedOut === true ? 'timeout' : failureClass).mark;
}

/** Whether requests wait for the end of marks of this cause (law 11). */
export function isWaitedFor(cause: FailureClass): boolean {
  return rowOfClass(cause).mark?.isWaitedFor === true;
}

/**
 * With nothing else free, a mark of a key, of money or of a model is probed this often before its
 * end (law 7).
 */
const earlyProbeMs = minute;
/**
 * The same for an end of capacity that its provider named; our own windows of capacity are waited
 * for instead.
 */
const namedEndProbeMs = 15 * minute;

/**
 * How often an open mark may be probed before its end where nothing else is free; `Infinity`:
 * never.
 */
export function earlyProbeEveryMs({ cause, endSetBy }: Pick<Mark, 'cause' | 'endSetBy'>): number {
  if (rowOfClass(cause).mark?.isFinal === true) return Number.POSITIVE_INFINITY;
  if (!isWaitedFor(cause)) return earlyProbeMs;
  return endSetBy === 'provider' ? namedEndProbeMs : Number.POSITIVE_INFINITY;
}

/**
 * What of a candidate a mark of this failure covers: what its rule knows better, else its class's
 * own; always where it was asked. Empty: no mark.
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
 * What an answer has shown so far; each says all that the one before it says, but for the whole
 * answer, which is a sign of its own.
 */
export type Sign = 'commit' | NonNullable<MarkPolicy['endedBy']>;

/** Whether this sign ends the marks of a cause. */
export function isEnough(sign: Sign, cause: FailureClass): boolean {
  const wanted = rowOfClass(cause).mark?.endedBy ?? 'commit';
  return wanted === sign || (wanted === 'head' && sign === 'commit');
}
