/** Who was asked or passed over for a request that nobody answered, why, and until when: the facts of the *exhausted* answer (law 11). */

import type { CandidateVerdict, SkipRecord } from '../model/record.ts';
import type { WireObject } from '../protocols/protocol.ts';
import type { Journey, Miss } from './journey.ts';
import { inspectCandidate } from './route/candidates.ts';

/** Of a large pool, this many stand in the answer. */
const listLimit = 32;

/** Every candidate once: those that were tried first, each with its last cause. */
export function listCandidates(journey: Journey): readonly CandidateVerdict[] {
  const tried = [...new Map(journey.misses.map((miss) => [miss.candidate.key, miss])).values()];
  const keys = new Set(tried.map(keyOfMiss));
  noteUnseen(journey, keys);
  const skipped = journey.skipped().filter((skip) => !keys.has(keyOfSkip(skip)));
  return [...tried.map((miss) => describeTried(journey, miss)), ...skipped.map(describeSkipped)];
}

/** The first time at which one of them may be used again, epoch ms; undefined when nobody knows. */
export function earliestRetry(candidates: readonly CandidateVerdict[]): number | undefined {
  const ends = candidates.flatMap(({ until }) => (until === undefined ? [] : [until]));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** The facts as they stand in the error object, beside its words. */
export function toWireFacts(candidates: readonly CandidateVerdict[]): WireObject {
  const until = earliestRetry(candidates);
  return {
    ...(until === undefined ? {} : { earliest_retry: toIso(until) }),
    candidates: candidates.map(({ text: _words, until: end, ...rest }) => ({
      ...rest,
      ...(end === undefined ? {} : { until: toIso(end) }),
    })),
  };
}

/** Those who were never looked at, because the way ended before them, stand in the answer too. */
function noteUnseen(journey: Journey, tried: ReadonlySet<string>): void {
  const known = new Set([...tried, ...journey.skipped().map(keyOfSkip)]);
  for (const candidate of journey.ways.everyone(listLimit)) {
    if (known.has(`${candidate.target.id} ${candidate.credential?.id ?? ''}`)) continue;
    const found = inspectCandidate(candidate, journey.inspecting());
    if (found.state === 'missing') journey.skip(candidate, { cause: 'auth-missing', reason: found.detail });
    if (found.state !== 'ready' || found.standing.state !== 'benched') continue;
    const { mark, until } = found.standing;
    journey.skip(candidate, { cause: 'benched', reason: `${mark.cause}: ${mark.evidence}`, until });
  }
}

function describeTried({ engine, misses }: Journey, miss: Miss): CandidateVerdict {
  const { candidate, lease, failure, text } = miss;
  const { credential, target } = candidate;
  const standing = engine.health.standing(lease);
  const named =
    failure.retryAfterMs === undefined ? undefined : engine.host.clock.now() + failure.retryAfterMs;
  const until = standing.state === 'benched' ? standing.until : named;
  return {
    target: target.id,
    ...(credential === undefined ? {} : { credential: credential.id }),
    was: 'tried',
    requests: misses.filter((other) => other.candidate.key === candidate.key).length,
    cause: failure.class,
    ...(until === undefined ? {} : { until }),
    text: until === undefined ? text : `${text} (not before ${toIso(until)})`,
  };
}

function describeSkipped(skip: SkipRecord): CandidateVerdict {
  const { target, credential, cause, until } = skip;
  return {
    target,
    ...(credential === undefined ? {} : { credential }),
    was: 'skipped',
    requests: 0,
    cause,
    ...(until === undefined ? {} : { until }),
    text: wordsOf(skip),
  };
}

function wordsOf({ target, cause, reason, until }: SkipRecord): string {
  const [provider = target] = target.split('/');
  if (cause === 'auth-missing') return `no API key for ${provider}: ${reason}`;
  if (cause === 'auth-revoked') return `no access to ${provider}: ${reason}`;
  if (cause !== 'benched') return `${target} was passed over: ${reason}`;
  const end = until === undefined ? '' : ` until ${toIso(until)}`;
  return `${target} is benched${end} (${reason})`;
}

function keyOfMiss({ candidate }: Miss): string {
  return `${candidate.target.id} ${candidate.credential?.id ?? ''}`;
}

function keyOfSkip({ target, credential }: SkipRecord): string {
  return `${target} ${credential ?? ''}`;
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
