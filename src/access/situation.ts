/** Looks around after a failed attempt: what is free besides, and what the budget has left. Feeds `decide` (step 5 of a request). */

import { markScopeOf } from '../credentials/health/mark-policy.ts';
import type { Lease } from '../model/credential.ts';
import type { Failure } from '../model/failure.ts';
import type { Target } from '../model/target.ts';
import type { Situation } from './decide/decide.ts';
import type { Journey, Miss } from './journey.ts';
import { isNoLarger, windowOf } from './overflow.ts';
import { type Candidate, inspectCandidate, type Place } from './route/candidates.ts';

/** Of one pool, this many are looked at before it counts as taken whole: nobody waits for the ten thousandth. */
const lookLimit = 64;

export function assessSituation(journey: Journey, miss: Miss): Situation {
  const { engine } = journey;
  const { target } = miss.candidate;
  const elsewhere = freePlaces(journey, miss).map((place) => place.target);
  const window = windowOf(miss);
  return {
    repeats: countRepeats(journey, miss),
    amendment: journey.amendments.find(miss.failure, target)?.text,
    hasRecovered: journey.hasRecovered(miss.lease.fingerprint),
    hasOtherCredential: hasFree(journey, miss.candidate.place, (candidate, found) =>
      isOther(miss, candidate, found),
    ),
    hasOtherTarget: elsewhere.length > 0,
    hasRoomElsewhere: elsewhere.some((other) => !isNoLarger(other.contextWindow, window)),
    hasOtherProvider: elsewhere.some((other) => other.provider !== target.provider),
    hasRefusedElsewhere: journey.hasRefusedElsewhere,
    isProbe: miss.lease.probeOf !== undefined,
    hasWorkedLately: hasWorkedLately(journey, miss.lease),
    attemptsLeft: journey.budget.attemptsLeft,
    repeatsLeftMs: journey.budget.repeatsLeftMs,
    mayWait: journey.request.onlyCredential === undefined,
    leftMs: journey.budget.leftMs,
    retriesAllowed: engine.retryRatio.allows(),
    random: engine.host.random(),
  };
}

/** A suspect key is asked again once for all (law 6): what counts is the series, and after its verdict nothing is asked. */
function countRepeats(journey: Journey, miss: Miss): number {
  const { lease, failure } = miss;
  if (failure.class !== 'auth-suspect') return journey.repeatsOf(miss);
  const { health, rechecks } = journey.engine;
  const standing = health.standing(lease);
  const isJudged = standing.state !== 'free' && standing.marks.some(({ cause }) => cause === 'auth-suspect');
  return isJudged ? Number.POSITIVE_INFINITY : rechecks.askedBy(lease, journey.request.id);
}

/** A key that worked this lately is most likely refused by mistake. */
const latelyMs = 5 * 60_000;

function hasWorkedLately({ engine }: Journey, { origin, fingerprint }: Lease): boolean {
  const provenAt = engine.health.provenAt(origin, fingerprint);
  return provenAt !== undefined && engine.host.clock.now() - provenAt < latelyMs;
}

/** Whether a target besides this one could take the request now (law 13: limits are tighter while one could). */
export function hasFreeTargetBesides(journey: Journey, target: Target): boolean {
  return journey.ways
    .placesLeft()
    .some((place) => place.target.id !== target.id && hasFree(journey, place, anyOther));
}

interface Identified {
  readonly fingerprint: string;
  readonly account: string;
}

type Fits = (candidate: Candidate, found: Identified | undefined) => boolean;

const anyOther: Fits = () => true;

function freePlaces(journey: Journey, miss: Miss): readonly Place[] {
  const others = journey.ways.placesLeft().filter(({ target }) => target.id !== miss.candidate.target.id);
  return others.filter((place) => hasFree(journey, place, (_candidate, found) => isHelp(miss, place, found)));
}

/** A benched candidate is no way out; one that is due for a probe is, and so is one whose source was not asked yet. */
function hasFree(journey: Journey, place: Place, fits: Fits): boolean {
  let looked = 0;
  for (const candidate of journey.ways.candidatesOf(place)) {
    looked += 1;
    if (looked > lookLimit) return false;
    const found = inspectCandidate(candidate, journey.inspecting());
    if (found.state === 'missing') continue;
    if (found.state === 'pending') {
      if (fits(candidate, undefined)) return true;
      continue;
    }
    const { standing, lease } = found;
    if (standing.state === 'benched' || journey.ways.hasLeftSecret(place.target, lease.fingerprint)) continue;
    if (fits(candidate, lease)) return true;
  }
  return false;
}

/** Another secret, and another account where the failure is the account's. */
function isOther(miss: Miss, candidate: Candidate, found: Identified | undefined): boolean {
  if (candidate.key === miss.candidate.key) return false;
  if (found === undefined) return true;
  if (found.fingerprint === miss.lease.fingerprint && found.fingerprint !== 'none') return false;
  return !isOfAccount(miss.failure) || found.account !== miss.lease.account;
}

/** What benches an account or an origin is not escaped by a target that shares it. */
function isHelp(miss: Miss, place: Place, found: Identified | undefined): boolean {
  const scope = markScopeOf(miss.failure);
  const isSameOrigin = place.target.origin === miss.lease.origin;
  if (scope.includes('model') || !isSameOrigin) return true;
  if (isOfAccount(miss.failure)) return found?.account !== miss.lease.account;
  return true;
}

function isOfAccount(failure: Failure): boolean {
  return markScopeOf(failure).includes('account');
}
