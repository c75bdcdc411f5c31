/**
 * The facts of the *exhausted* answer (law 11): who was asked or skipped for a request that nobody
 * answered, why, and until when.
 */

import { earlyProbeEveryMs } from '../../credentials/health/mark-policy.ts';
import { listLimit } from '../../credentials/pool/pool.ts';
import type { FailureClass } from '../../model/failure.ts';
import type {
  CandidateVerdict,
  RequestRecord,
  SkipRecord,
  UnlistedKeys,
} from '../../model/record.ts';
import type { WireObject } from '../../protocols/json/is-record.ts';
import type { Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import { type TargetPool, toSkip } from '../select/candidate.ts';
import { candidateKey, listCandidates } from '../select/candidates.ts';
import { holdOf, judge, type Verdict, whyNot } from '../select/verdict.ts';
import { describeSkippedCandidate, describeTriedCandidate } from './candidate-verdicts.ts';
import { type ComesBack, findComingBack, whenFree } from './comes-back.ts';
import { failureBehind } from './ended.ts';

export interface Exhaustion {
  /** Tried candidates first, each with its last cause; of a large pool the first ones. */
  readonly candidates: readonly CandidateVerdict[];
  readonly unlisted: readonly UnlistedKeys[];
  /**
   * The first ones of each target, including those that were never looked at because the request
   * ended before.
   */
  readonly skipped: readonly SkipRecord[];
  /**
   * Why the first candidate of the route did not answer, whether it was just asked or is still held
   * back.
   */
  readonly cause: FailureClass | undefined;
  /** The earliest time at which any candidate may be used again, epoch ms; undefined if unknown. */
  readonly until: number | undefined;
  /** One request in this many ms probes before that end, because nothing else is free. */
  readonly probedEveryMs: number | undefined;
  /**
   * The first to come back by itself or at its provider's time; undefined if only keys, money or
   * the request can help.
   */
  readonly comesBack: ComesBack | undefined;
}

/** Collects every candidate that might answer this request. Changes nothing. */
export function surveyExhausted(context: RequestContext): Exhaustion {
  const { openRecord, candidates: all } = context;
  const verdicts = all.places.flatMap(listCandidates).map((candidate) => judge(context, candidate));
  const tried = new Map(openRecord.misses.map((miss) => [miss.candidate.key, miss]));
  const skipped = limitSkipped(addUnseen(all.skipped, verdicts, tried));
  const candidates = [
    ...[...tried.values()].map((miss) => describeTriedCandidate(context, miss)),
    ...skipped
      .filter((skip) => !tried.has(candidateKey(skip)))
      .map((skip) => describeSkippedCandidate(context, skip)),
  ];
  const unlisted = all.places.flatMap((place) => listRest(context, place, candidates));
  return {
    candidates,
    unlisted,
    skipped,
    cause: findFirstCause(context, candidates),
    until: findLeast([...candidates, ...unlisted].map(({ until }) => until)),
    probedEveryMs: findProbePace(context, verdicts),
    comesBack: findComingBack(context, verdicts, unlisted),
  };
}

/** Adds candidates that were neither tried nor skipped, and could not be asked. */
function addUnseen(
  seen: ReadonlyMap<string, SkipRecord>,
  verdicts: readonly Verdict[],
  tried: ReadonlyMap<string, Miss>,
): readonly SkipRecord[] {
  const skipped = new Map(seen);
  for (const verdict of verdicts) {
    const { key } = verdict.candidate;
    const why = whyNot(verdict);
    if (why !== undefined && !tried.has(key) && !skipped.has(key))
      skipped.set(key, toSkip(verdict.candidate, why));
  }
  return [...skipped.values()];
}

/** Returns how often a held-back candidate is probed before its announced end (law 7). */
function findProbePace(
  { engine }: RequestContext,
  verdicts: readonly Verdict[],
): number | undefined {
  const now = engine.host.clock.now();
  const paces = verdicts.flatMap((verdict) => {
    const bench = holdOf(verdict);
    if (bench === undefined) return [];
    const pace = Math.max(...bench.marks.map(earlyProbeEveryMs));
    return now + pace < bench.until ? [pace] : [];
  });
  return findLeast(paces);
}

/** Reasons other than failures that hold everybody back, in the order of the answer. */
const obstacles = ['bound-to-account', 'budget', 'protocol'] as const;

/** Converts the facts for the record. */
export function toRecordFacts({
  candidates,
  unlisted,
  skipped,
  cause: failure,
}: Exhaustion): Pick<RequestRecord, 'candidates' | 'unlisted' | 'skipped' | 'cause'> {
  const cause =
    failure ?? obstacles.find((one) => candidates.some((candidate) => candidate.cause === one));
  return { cause, candidates, skipped, unlisted: unlisted.length === 0 ? undefined : unlisted };
}

/** Follows the configuration's order, because the order of use changes between requests. */
function findFirstCause(
  { candidates: { places } }: RequestContext,
  candidates: readonly CandidateVerdict[],
): FailureClass | undefined {
  const inOrder = places.flatMap(({ target, pool }) => {
    const ids = [undefined, ...(pool?.credentials.map(({ id }) => id) ?? [])];
    const here = candidates.filter((one) => one.target === target.id);
    return here.toSorted(
      (one, other) => ids.indexOf(one.credential) - ids.indexOf(other.credential),
    );
  });
  return inOrder.map(failureBehind).find((failure) => failure !== undefined);
}

function findLeast(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Converts the facts for the error object, beside its words. */
export function toWireFacts({ candidates, unlisted, until: first }: Exhaustion): WireObject {
  return {
    earliest_retry: formatIso(first),
    candidates: candidates.map(({ text: _words, ...facts }) => withIso(facts)),
    unlisted: unlisted.length === 0 ? undefined : unlisted.map(withIso),
  };
}

function withIso<T extends { readonly until?: number | undefined }>({
  until,
  ...rest
}: T): WireObject {
  return { ...rest, until: formatIso(until) };
}

/** Keeps the first ones of each target; the rest is only counted. */
export function limitSkipped(skipped: readonly SkipRecord[]): readonly SkipRecord[] {
  const counts = new Map<string, number>();
  return skipped.filter(({ target }) => {
    const count = (counts.get(target) ?? 0) + 1;
    counts.set(target, count);
    return count <= listLimit;
  });
}

/** Counts what the list leaves out of one target, and finds when the first of it may be used. */
function listRest(
  context: RequestContext,
  place: TargetPool,
  candidates: readonly CandidateVerdict[],
): readonly UnlistedKeys[] {
  const target = place.target.id;
  const listed = new Set(candidates.filter((one) => one.target === target).map(candidateKey));
  const now = context.engine.host.clock.now();
  const ends: number[] = [];
  let foreign = 0;
  for (const candidate of context.candidates.inReachOf(place)) {
    if (listed.has(candidate.key)) continue;
    const end = whenFree(context, judge(context, candidate));
    if (end === 'over') foreign += 1;
    else if (end !== 'unknown') ends.push(end);
    // Nothing can be free earlier than now.
    if (end === now) break;
  }
  const count = (place.pool?.credentials.length ?? 1) - listed.size - foreign;
  return count <= 0 ? [] : [{ target, count, until: findLeast(ends) }];
}

function formatIso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}
