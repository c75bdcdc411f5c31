/** Looks around after a failed attempt: what is free besides, and what the budget has left. Feeds `decide`. */

import { type Candidate, inspectCandidate } from './candidates.ts';
import type { Situation } from './decide.ts';
import type { Journey, Miss } from './journey.ts';

export function assessSituation(journey: Journey, miss: Miss): Situation {
  const { engine } = journey;
  const { target } = miss.candidate;
  const free = journey
    .open()
    .filter((candidate) => candidate !== miss.candidate && isFree(journey, candidate));
  const elsewhere = free.filter((candidate) => candidate.target.id !== target.id);
  return {
    repeats: journey.repeatsOf(miss),
    hasRecovered: journey.hasRecovered(miss.lease.fingerprint),
    hasOtherCredential: free.some((candidate) => candidate.target.id === target.id),
    hasOtherTarget: elsewhere.length > 0,
    hasLargerTarget: elsewhere.some((candidate) =>
      isLarger(candidate.target.contextWindow, target.contextWindow),
    ),
    hasOtherProvider: elsewhere.some((candidate) => candidate.target.provider !== target.provider),
    hasRefusedElsewhere: journey.hasRefusedElsewhere,
    attemptsLeft: journey.attemptsLeft,
    budgetLeftMs: journey.budgetLeftMs,
    retriesAllowed: engine.retryRatio.allows(),
    random: engine.host.random(),
  };
}

/** A window nobody knows is not larger. */
export function isLarger(window: number | undefined, than: number | undefined): boolean {
  return window !== undefined && window > (than ?? Number.POSITIVE_INFINITY);
}

/** A benched candidate is no way out; one that is due for a probe is. */
function isFree(journey: Journey, candidate: Candidate): boolean {
  const { reader, health, host } = journey.engine;
  const found = inspectCandidate(candidate, { reader, health, now: host.clock.now() });
  return found.state === 'ready' && found.standing.state !== 'benched';
}
