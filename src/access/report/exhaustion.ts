/**
 * The facts of the *exhausted* answer (law 11): who was asked or skipped for a request that nobody
 * answered, why, and until when.
 */

import { stateFor } from '../../credentials/health/key-state.ts';
import { earlyProbeEveryMs, isWaitedFor } from '../../credentials/health/mark-policy.ts';
import { listLimit } from '../../credentials/pool/pool.ts';
import { isFailureClass, rowOfClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';
import type {
  CandidateVerdict,
  RequestRecord,
  SkipRecord,
  UnlistedKeys,
} from '../../model/record.ts';
import type { WireObject } from '../../protocols/json/is-record.ts';
import type { Engine } from '../request/engine.ts';
import type { Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import {
  type Candidate,
  candidateKey,
  listCandidates,
  type TargetPool,
  toSkip,
} from '../select/candidates.ts';
import { holdOf, judge, type Verdict, whyNot } from '../select/verdict.ts';
import { describeWhen } from '../wording/when.ts';
import { fillPhrase, nameLeasedKey } from '../wording/wording.ts';

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

export interface ComesBack {
  readonly at: number;
  /** The length of the open window in ms, if we estimated its end. */
  readonly windowMs?: number;
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

/** Returns the candidate that comes back first by itself. */
function findComingBack(
  context: RequestContext,
  verdicts: readonly Verdict[],
  unlisted: readonly UnlistedKeys[],
): ComesBack | undefined {
  const now = context.engine.host.clock.now();
  const rest = unlisted.flatMap(({ until }) =>
    until === undefined || until > now ? [] : [{ at: until }],
  );
  const all = [...verdicts.flatMap((verdict) => comingBackOf(context, verdict) ?? []), ...rest];
  return all.sort((one, other) => one.at - other.at)[0];
}

function comingBackOf(context: RequestContext, verdict: Verdict): ComesBack | undefined {
  if (!('standing' in verdict)) return undefined;
  const { standing, candidate } = verdict;
  if (standing.state === 'free') {
    const end = whenFree(context, verdict);
    const at = typeof end === 'number' ? end : namedEndOf(context, candidate);
    return at === undefined ? undefined : { at };
  }
  if (!standing.marks.every(({ cause, endSetBy }) => isWaitedFor(cause) || endSetBy === 'provider'))
    return undefined;
  const last = standing.marks.reduce((one, other) => (one.until >= other.until ? one : other));
  const at = Math.max(last.until, context.engine.host.clock.now());
  return last.endSetBy === 'provider' ? { at } : { at, windowMs: last.until - last.since };
}

/** Returns an end that the provider named for this request alone. */
function namedEndOf(
  { openRecord, engine }: RequestContext,
  { key }: Candidate,
): number | undefined {
  const last = openRecord.misses.findLast(({ candidate }) => candidate.key === key)?.failure
    .retryAfterMs;
  return last === undefined ? undefined : engine.host.clock.now() + last;
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

/**
 * Returns the failure that holds a candidate back; undefined if it was skipped for another reason.
 */
export function failureBehind({
  cause,
  heldFor,
}: Pick<SkipRecord, 'cause' | 'heldFor'>): FailureClass | undefined {
  switch (cause) {
    case 'held-back':
      return heldFor;
    case 'bound-to-account':
    case 'budget':
    case 'protocol':
    case 'not-needed':
      return undefined;
    default:
      return cause;
  }
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

/**
 * Returns when an unlisted key may be asked; `over` if it never will be, `unknown` without a
 * secret.
 */
function whenFree(
  { candidates, budget, engine }: RequestContext,
  verdict: Verdict,
): number | 'over' | 'unknown' {
  const why = whyNot(verdict);
  if (why !== undefined) return why.until ?? 'unknown';
  const isLeft = verdict.state === 'left' || candidates.isOver(verdict.candidate);
  return budget.isSpent && !isLeft ? engine.host.clock.now() : 'over';
}

function describeTriedCandidate(
  context: RequestContext,
  { candidate, lease, failure, text }: Miss,
): CandidateVerdict {
  const { engine, openRecord } = context;
  const standing = engine.health.standing(lease);
  const until = standing.state === 'held-back' ? standing.until : namedEndOf(context, candidate);
  return {
    target: candidate.target.id,
    credential: candidate.credential?.id,
    was: 'tried',
    requests: openRecord.misses.filter((other) => other.candidate.key === candidate.key).length,
    cause: failure.class,
    ...(failure.speaker && { speaker: failure.speaker }),
    until,
    text: `${text}${againAt(engine, until)}`,
  };
}

function describeSkippedCandidate(context: RequestContext, skip: SkipRecord): CandidateVerdict {
  const { target, credential, cause, heldFor, speaker, until } = skip;
  const text = wordsForSkip(context.engine, skip, nameOfSkipped(context, skip));
  return {
    target,
    credential,
    was: 'skipped',
    requests: 0,
    cause,
    heldFor,
    ...(speaker && { speaker }),
    until,
    text,
  };
}

/** Names the target, with its key. */
function nameOfSkipped(
  { candidates, engine }: RequestContext,
  { target, credential: id = '' }: SkipRecord,
): string {
  const credential = candidates.places.find((place) => place.target.id === target)?.pool?.find(id);
  if (credential === undefined) return target;
  const reading = engine.reader.peek(credential);
  const { label } = credential;
  const key = reading.state === 'ok' ? nameLeasedKey({ ...reading, label }) : `the key ${label}`;
  return `${target} with ${key}`;
}

/** Returns, for example, ` – asked again in 15 min (14:03)`. */
function againAt({ host }: Engine, until: number | undefined): string {
  return until === undefined ? '' : ` – asked again ${describeWhen(until, host.clock.now())}`;
}

function wordsForSkip(
  engine: Engine,
  { target, cause, heldFor, reason, until }: SkipRecord,
  name: string,
): string {
  const [provider = target] = target.split('/');
  const skipped = isFailureClass(cause) ? rowOfClass(cause).phrases.skipped : undefined;
  if (skipped !== undefined) return fillPhrase(skipped, { PROVIDER: provider, WHY: reason });
  // None of its keys can change what the target cannot do.
  if (cause === 'protocol' || cause === 'budget') return `${target} was passed over: ${reason}`;
  if (cause !== 'held-back') return `${name} was passed over: ${reason}`;
  const held = heldFor !== undefined && stateFor(heldFor) === 'out' ? 'is out' : 'rests';
  return `${name} ${held} (${reason})${againAt(engine, until)}`;
}

function formatIso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** True if an empty answer was passed on, since nobody gave a better one. */
export function isEmptyAnswer({ outcome, answeredBy, attempts }: RequestRecord): boolean {
  const last = attempts.findLast(({ target }) => target === answeredBy);
  return outcome === 'answered' && last?.failure?.class === 'empty';
}
