/**
 * Looks around after a failed attempt: what is free besides, and what the budget has left. Feeds
 * `decide` (step 5 of a request).
 */

import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import type { Lease } from '../../model/credential.ts';
import type { Failure } from '../../model/failure.ts';
import type { Target } from '../../model/target.ts';
import { Carriage } from '../answer/carriage.ts';
import { hasMove, type Situation } from '../decide/decide.ts';
import { findAmendment } from '../request/amendments.ts';
import type { Journey } from '../request/journey.ts';
import type { Miss } from '../request/story.ts';
import type { Place } from '../select/candidates.ts';
import { judge, type Verdict, whyNot } from '../select/verdict.ts';
import { contextWindowOf, isNoLarger } from './overflow.ts';

/**
 * Of one pool, this many are looked at before it counts as taken whole: nobody waits for the ten
 * thousandth.
 */
const lookLimit = 64;

export function assessSituation(journey: Journey, miss: Miss): Situation {
  const { engine, request, budget, story } = journey;
  const { place, target } = miss.candidate;
  const elsewhere = placesBesides(journey, target)
    .filter((other) => hasFree(journey, other, (verdict) => isHelp(miss, verdict)))
    .map((other) => other.target);
  const contextWindow = contextWindowOf(miss);
  return {
    repeats: countRepeats(journey, miss),
    amendment: findAmendment(journey, miss.failure, target)?.text,
    hasReread: story.reread.includes(miss.lease.fingerprint),
    hasOtherCredential: hasFree(journey, place, (verdict) => isOtherTarget(miss, verdict)),
    hasOtherTarget: elsewhere.length > 0,
    hasRoomElsewhere: elsewhere.some((other) => !isNoLarger(other.contextWindow, contextWindow)),
    hasOtherProvider: elsewhere.some((other) => other.provider !== target.provider),
    hasRefusedElsewhere: story.misses.some(
      ({ failure, candidate }) =>
        hasMove(failure, 'other-provider-once') && candidate.target.id !== target.id,
    ),
    isProbe: miss.lease.probeOf !== undefined,
    hasWorkedLately: hasWorkedLately(journey, miss.lease),
    attemptsLeft: budget.attemptsLeft,
    repeatsLeftMs: budget.repeatsLeftMs,
    // Who has something to pass on does not wait for better.
    mayWait: request.onlyCredential === undefined && story.findHeld() === undefined,
    leftMs: budget.leftMs,
    retriesAllowed: engine.retryRatio.allows(),
    random: engine.host.random(),
  };
}

/**
 * A suspect key is asked again once for all (law 6): what counts is the series, and after its
 * verdict nothing is asked.
 */
function countRepeats({ engine, request, story }: Journey, miss: Miss): number {
  const { lease, failure } = miss;
  if (!hasMove(failure, 'recheck')) return story.repeatsOf(miss);
  const standing = engine.health.standing(lease);
  const isJudged =
    standing.state !== 'free' && standing.marks.some(({ cause }) => cause === failure.class);
  return isJudged ? Number.POSITIVE_INFINITY : engine.rechecks.askedBy(lease, request.id);
}

/** A key that worked this lately is most likely refused by mistake. */
const latelyMs = 5 * 60_000;

function hasWorkedLately({ engine }: Journey, lease: Lease): boolean {
  const provenAt = engine.health.provenAt(lease);
  return provenAt !== undefined && engine.host.clock.now() - provenAt < latelyMs;
}

/**
 * Whether a target besides this one could take the request now (law 13: limits are tighter while
 * one could).
 */
export function hasFreeTargetBesides(journey: Journey, target: Target): boolean {
  return placesBesides(journey, target).some(
    (place) => hasFree(journey, place, () => true) && canSay(journey, place),
  );
}

/** Whether the request has words there: who speaks another protocol may lack them. */
function canSay(journey: Journey, { target }: Place): boolean {
  const { protocol, body, engine } = journey;
  if (target.protocol === protocol.name) return true;
  try {
    journey.carriage ??= new Carriage(protocol, body);
    return journey.carriage.findObstacle(target, engine.protocols[target.protocol]) === undefined;
  } catch {
    return false; // a body that only its own protocol's servers can read
  }
}

/** Whether a target at such an origin is free, with no mark to be probed first. */
export function hasFreeTargetAt(journey: Journey, fits: (origin: string) => boolean): boolean {
  return journey.candidates
    .placesLeft()
    .some(
      (place) =>
        fits(place.target.origin) &&
        hasFree(journey, place, ({ state }) => state === 'free' || state === 'pending'),
    );
}

function placesBesides({ candidates }: Journey, { id }: Target): readonly Place[] {
  return candidates.placesLeft().filter(({ target }) => target.id !== id);
}

/**
 * A held-back candidate is no way out; one that is due for a probe is, and so is one whose source
 * was not asked yet.
 */
function hasFree(journey: Journey, place: Place, fits: (verdict: Verdict) => boolean): boolean {
  let looked = 0;
  for (const candidate of journey.candidates.of(place)) {
    looked += 1;
    if (looked > lookLimit) return false;
    const verdict = judge(journey, candidate);
    if (verdict.state !== 'left' && whyNot(verdict) === undefined && fits(verdict)) return true;
  }
  return false;
}

/**
 * Another secret, and another account where the failure is the account's. What holds for every key
 * is no reason to ask with another.
 */
function isOtherTarget(miss: Miss, verdict: Verdict): boolean {
  if (verdict.candidate.key === miss.candidate.key || isOfEveryKey(miss.failure)) return false;
  if (!('lease' in verdict)) return true;
  const { lease } = verdict;
  if (lease.fingerprint === miss.lease.fingerprint && lease.fingerprint !== 'none') return false;
  return !isOfAccount(miss.failure) || lease.account !== miss.lease.account;
}

/** What benches an account is not escaped by a target that shares it. */
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
