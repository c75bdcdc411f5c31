/**
 * Opens and widens marks, and says which candidates they hold back, and until when (laws 5 and 7).
 * Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { MarkPolicy } from '../../failures/row.ts';
import type { Failure, FailureClass, Mark, Scope } from '../../model/failure.ts';
import { isInside, isOfAnotherClock } from '../../store/policy.ts';
import { lateAfterMs, markScopeOf, windowsFor } from './mark-policy.ts';

export type Identity = Required<Scope>;

/**
 * True when the scope covers the candidate, unless its secret appeared after an account was marked.
 */
export function benches(mark: Mark, identity: Identity): boolean {
  if (!isInside(identity, mark.scope)) return false;
  return (
    mark.knownFingerprints === undefined || mark.knownFingerprints.includes(identity.fingerprint)
  );
}

export type SiteAddress = Pick<Identity, 'origin' | 'site'>;

/** True when a scope names this site, or the network path to its host. */
export function isOfSite(scope: Scope, { origin, site }: SiteAddress): boolean {
  return scope.origin === origin && (scope.site ?? site) === site;
}

/**
 * Returns the scope that a failure marks on this candidate; undefined for a class that marks
 * nothing.
 */
export function scopeOf(failure: Failure, identity: Identity): Scope | undefined {
  const fields = markScopeOf(failure);
  if (fields.length === 0) return undefined;
  const { origin, site, operation } = identity;
  const policy = rowOfClass(failure.class).mark;
  return {
    ...(policy?.ofHost === true ? { origin } : { origin, site }),
    ...Object.fromEntries(fields.map((field) => [field, identity[field]])),
    ...(policy?.ofOperation === true ? { operation } : {}),
  };
}

/** Identifies a mark by cause and scope: at most one mark has this key. */
export function markKey(cause: FailureClass, scope: Scope): string {
  return [cause, ...Object.entries(scope).map(([field, value]) => `${field}=${value}`)].join(' ');
}

/**
 * Widens only a class whose row says so: if a second model refuses the same secret within the
 * first's window, the secret is marked for every model (law 5). Limits, quotas and plan gaps never
 * widen.
 */
export function widenScope(
  scope: Scope,
  cause: FailureClass,
  others: { readonly marks: Iterable<Mark>; readonly now: number },
): Scope {
  if (rowOfClass(cause).mark?.widens !== true) return scope;
  const { model, ...whole } = scope;
  for (const mark of others.marks) {
    const isSameSecret = mark.cause === cause && isInside(mark.scope, whole);
    if (isSameSecret && mark.scope.model !== model && endOfMark(mark, others.now) > others.now)
      return whole;
  }
  return scope;
}

export interface OpenMarkInput {
  readonly failure: Failure;
  readonly scope: Scope;
  readonly now: number;
  /** The open or due mark under the same key. */
  readonly previous: Mark | undefined;
  /** How many windows opened in a row before this one, and the age of the first in ms. */
  readonly outage: { readonly strikes: number; readonly ageMs: number };
  /**
   * Uniform in [0, 1): spreads ends that the provider named by up to 5 %, 3 s at most, so that
   * clients do not return together.
   */
  readonly random: number;
  readonly knownFingerprints: readonly string[] | undefined;
}

/**
 * A mark ends up to this much later than the provider named, so that clients do not return
 * together.
 */
export const namedEndSpread = 0.05;
/** People are told the provider's own moment: more than some seconds would be another one. */
const maxSpreadMs = 3000;

/** A provider that names less again, in ms, has named too little before: `try again in 6ms`. */
const leastRepeatedMs = 1000;

/**
 * Returns the mark that a failure opens; undefined when its class writes none or an open window
 * must not move.
 */
export function openMark(input: OpenMarkInput): Mark | undefined {
  const { failure, scope, now, previous, outage, knownFingerprints } = input;
  const policy = rowOfClass(failure.class).mark;
  if (policy === undefined) return undefined;
  if (previous !== undefined && endOfMark(previous, now) > now) return undefined;
  const strikes = outage.strikes + 1;
  const named = failure.retryAfterMs;
  const ownMs = windowMsOf(windowsFor(failure) ?? policy, {
    strikes,
    ageMs: outage.ageMs,
    previous,
  });
  const lengthMs =
    named === undefined
      ? ownMs
      : Math.max(
          spreadEnd(Math.min(named, policy.capMs), input.random),
          strikes > 1 ? Math.min(ownMs, leastRepeatedMs) : 0,
        );
  return {
    key: markKey(failure.class, scope),
    cause: failure.class,
    scope,
    since: now,
    until: Math.round(now + lengthMs),
    endSetBy: named === undefined ? 'ours' : 'provider',
    ...(named === undefined ? {} : { namedUntil: now + named }),
    strikes,
    evidence: failure.message,
    ...(failure.speaker === undefined ? {} : { speaker: failure.speaker }),
    ...(scope.account === undefined || knownFingerprints === undefined
      ? {}
      : { knownFingerprints }),
  };
}

function spreadEnd(ms: number, random: number): number {
  return ms + Math.min(ms * namedEndSpread * random, maxSpreadMs);
}

function windowMsOf(
  { windows, lateWindows }: Pick<MarkPolicy, 'windows' | 'lateWindows'>,
  { strikes, ageMs, previous }: { strikes: number; ageMs: number; previous: Mark | undefined },
): number {
  if (lateWindows === undefined || ageMs < lateAfterMs)
    return windows[Math.min(strikes, windows.length) - 1] ?? 0;
  const beforeMs = previous === undefined ? 0 : previous.until - previous.since;
  return lateWindows.find((ms) => ms > beforeMs) ?? lateWindows.at(-1) ?? 0;
}

/**
 * Returns the end as it counts now: a stored window longer than its cap is clamped, also when the
 * clock was set back (law 7).
 */
export function endOfMark(mark: Mark, now: number): number {
  const cap = (rowOfClass(mark.cause).mark?.capMs ?? 0) * 1.05;
  return isOfAnotherClock(mark, now) ? now : Math.min(mark.until, mark.since + cap, now + cap);
}
