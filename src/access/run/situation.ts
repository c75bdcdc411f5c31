/**
 * Collects the facts for `decide` after a failed attempt: what else is free, and the rest of the
 * budget (step 5 of a request).
 */

import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import type { Lease } from '../../model/credential.ts';
import type { Failure } from '../../model/failure.ts';
import type { Target } from '../../model/target.ts';
import { DecodedRequest } from '../answer/decoded-request.ts';
import { hasMove, mayBeOfKey, type Situation } from '../decide/decide.ts';
import { findAmendment } from '../request/amendments.ts';
import type { Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { TargetPool } from '../select/candidate.ts';
import { judge, type Verdict, whyNot } from '../select/verdict.ts';
import { contextWindowOf, isNoLarger } from './overflow.ts';

/**
 * After this many keys of one pool are blocked, all count as blocked: checking ten thousand takes
 * too long.
 */
const lookLimit = 64;

export function assessSituation(context: RequestContext, miss: Miss): Situation {
  const { engine, request, budget, openRecord } = context;
  const { place, target } = miss.candidate;
  const elsewhere = placesBesides(context, target)
    .filter((other) => hasFree(context, other, (verdict) => isHelp(miss, verdict)))
    .map((other) => other.target);
  const contextWindow = contextWindowOf(miss);
  return {
    repeats: countRepeats(context, miss),
    amendment:
      miss.candidate.credential?.source === 'caller'
        ? undefined
        : findAmendment(context, miss.failure, target)?.text,
    hasReread: openRecord.reread.includes(miss.lease.fingerprint),
    hasOtherCredential: hasFree(context, place, (verdict) => isOtherTarget(miss, verdict)),
    isOtherRefused: isOtherRefused(context, miss),
    hasOtherTarget: elsewhere.length > 0,
    hasLargerWindow: elsewhere.some((other) => !isNoLarger(other.contextWindow, contextWindow)),
    hasOtherProvider: elsewhere.some((other) => other.provider !== target.provider),
    hasRefusedElsewhere: openRecord.misses.some(
      ({ failure, candidate }) =>
        hasMove(failure, 'other-provider-once') && candidate.target.id !== target.id,
    ),
    isProbe: miss.lease.probeOf !== undefined,
    hasWorkedLately: hasWorkedLately(context, miss.lease),
    attemptsLeft: budget.attemptsLeft,
    repeatsLeftMs: budget.repeatsLeftMs,
    // A request with an answer to pass on does not wait for a better one.
    mayWait: request.onlyCredential === undefined && openRecord.findHeld() === undefined,
    leftMs: budget.leftMs,
    retriesAllowed: engine.retryBudget.allows(),
    random: engine.host.random(),
  };
}

/** Two keys that are refused alike by a status alone: the second one is not blamed for it. */
export function isOtherRefused({ openRecord }: RequestContext, miss: Miss): boolean {
  return (
    mayBeOfKey(miss.failure) &&
    openRecord.misses.some(
      ({ candidate, lease, failure }) =>
        candidate.target.id === miss.candidate.target.id &&
        lease.fingerprint !== miss.lease.fingerprint &&
        mayBeOfKey(failure) &&
        failure.status === miss.failure.status,
    )
  );
}

/**
 * A suspect key is rechecked once for all requests (law 6): its series counts, and after its
 * verdict there is no recheck.
 */
function countRepeats({ engine, request, openRecord }: RequestContext, miss: Miss): number {
  const { lease, failure } = miss;
  if (!hasMove(failure, 'recheck')) return openRecord.repeatsOf(miss);
  const standing = engine.health.standing(lease);
  const isJudged =
    standing.state !== 'free' && standing.marks.some(({ cause }) => cause === failure.class);
  return isJudged ? Number.POSITIVE_INFINITY : engine.rechecks.askedBy(lease, request.id);
}

/** If a key worked this recently, its refusal is probably a mistake. */
const latelyMs = 5 * 60_000;

function hasWorkedLately({ engine }: RequestContext, lease: Lease): boolean {
  const provenAt = engine.health.provenAt(lease);
  return provenAt !== undefined && engine.host.clock.now() - provenAt < latelyMs;
}

/** True when another target could take the request now (limits are then tighter, law 13). */
export function hasFreeTargetBesides(context: RequestContext, target: Target): boolean {
  return placesBesides(context, target).some(
    (place) => hasFree(context, place, () => true) && canSay(context, place),
  );
}

/** True when the request can be expressed there: another protocol may lack something. */
function canSay(context: RequestContext, { target }: TargetPool): boolean {
  const { protocol, body, engine } = context;
  if (target.protocol === protocol.name) return true;
  try {
    context.decoded ??= new DecodedRequest(protocol, body);
    return context.decoded.findObstacle(target, engine.protocols[target.protocol]) === undefined;
  } catch {
    return false; // only servers of its own protocol can read the body
  }
}

/** True when a target at such an origin is free, without a mark to probe first. */
export function hasFreeTargetAt(
  context: RequestContext,
  fits: (origin: string) => boolean,
): boolean {
  return context.candidates
    .placesLeft()
    .some(
      (place) =>
        fits(place.target.origin) &&
        hasFree(context, place, ({ state }) => state === 'free' || state === 'pending'),
    );
}

function placesBesides({ candidates }: RequestContext, { id }: Target): readonly TargetPool[] {
  return candidates.placesLeft().filter(({ target }) => target.id !== id);
}

/**
 * A held-back candidate does not help; one due for a probe does, and so does one whose source was
 * not read yet.
 */
function hasFree(
  context: RequestContext,
  place: TargetPool,
  fits: (verdict: Verdict) => boolean,
): boolean {
  let looked = 0;
  for (const candidate of context.candidates.inOrder(place)) {
    looked += 1;
    if (looked > lookLimit) return false;
    const verdict = judge(context, candidate);
    if (verdict.state !== 'left' && whyNot(verdict) === undefined && fits(verdict)) return true;
  }
  return false;
}

/**
 * Needs another secret, and another account if the failure is about the account. Skips what fails
 * for every key.
 */
function isOtherTarget(miss: Miss, verdict: Verdict): boolean {
  if (verdict.candidate.key === miss.candidate.key || isOfEveryKey(miss.failure)) return false;
  if (!('lease' in verdict)) return true;
  const { lease } = verdict;
  if (lease.fingerprint === miss.lease.fingerprint && lease.fingerprint !== 'none') return false;
  return !isOfAccount(miss.failure) || lease.account !== miss.lease.account;
}

/** A target with the same account is held back with it. */
function isHelp(miss: Miss, verdict: Verdict): boolean {
  if (!('lease' in verdict) || verdict.lease.origin !== miss.lease.origin) return true;
  if (miss.failure.timedOut === true) return false;
  if (verdict.lease.site !== miss.lease.site) return true;
  if (markScopeOf(miss.failure).includes('model') || !isOfAccount(miss.failure)) return true;
  return verdict.lease.account !== miss.lease.account;
}

function isOfEveryKey(failure: Failure): boolean {
  const fields = markScopeOf(failure);
  return fields.length > 0 && !fields.includes('account') && !fields.includes('fingerprint');
}

function isOfAccount(failure: Failure): boolean {
  return markScopeOf(failure).includes('account');
}
