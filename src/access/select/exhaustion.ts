/** Who was asked or passed over for a request that nobody answered, why, and until when: the facts of the *exhausted* answer (law 11). */

import { earlyProbeEveryMs, isWaitedFor } from '../../credentials/health/mark-policy.ts';
import { listLimit } from '../../credentials/pool/pool.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { CandidateVerdict, RequestRecord, SkipRecord, UnlistedKeys } from '../../model/record.ts';
import type { WireObject } from '../../protocols/is-record.ts';
import type { Engine } from '../engine.ts';
import type { Journey } from '../journey.ts';
import type { Miss } from '../story.ts';
import { describeWhen } from '../when.ts';
import { nameKey } from '../wording.ts';
import type { Candidate, Place } from './candidates.ts';
import { judge, type Verdict, whyNot } from './verdict.ts';

export interface Exhaustion {
  /** Those that were tried first, each with its last cause; of a large pool the first ones. */
  readonly candidates: readonly CandidateVerdict[];
  readonly unlisted: readonly UnlistedKeys[];
  /** Why the first candidate of the route did not answer: the same whether it was asked just now or is still held back for it. */
  readonly cause: FailureClass | undefined;
  /** The first time at which any of all may be used again, epoch ms; undefined when nobody knows. */
  readonly until: number | undefined;
  /** One request in so many ms asks before that end all the same, because nobody else is free. */
  readonly probedEveryMs: number | undefined;
  /** What comes back by itself, or when its provider said; undefined where only keys, money or the request can help. */
  readonly comesBack: ComesBack | undefined;
}

export interface ComesBack {
  /** Epoch ms. */
  readonly at: number;
  /** The window in force, where its end is our estimate, ms. */
  readonly windowMs?: number;
}

/** Everybody who may answer this request, now that nobody has. */
export function surveyExhausted(journey: Journey): Exhaustion {
  const { story, candidates: all } = journey;
  const verdicts = [...all.everyone(listLimit)].map((candidate) => judge(journey, candidate));
  const tried = [...new Map(story.misses.map((miss) => [miss.candidate.key, miss])).values()];
  const keys = new Set(tried.map(({ candidate }) => keyOf(candidate)));
  skipUnseen(journey, verdicts, keys);
  const skipped = limitLists(all.skipped().filter((skip) => !keys.has(keyOfSkip(skip))));
  const listed = new Set([...keys, ...skipped.map(keyOfSkip)]);
  const unlisted = all.places.flatMap((place) => listRest(journey, place, listed));
  const candidates = [
    ...tried.map((miss) => describeTried(journey, miss)),
    ...skipped.map((skip) => describeSkipped(journey, skip)),
  ];
  return {
    candidates,
    unlisted,
    cause: findFirstCause(journey, candidates),
    until: findLeast([...candidates, ...unlisted].map(({ until }) => until)),
    probedEveryMs: findProbePace(journey, verdicts),
    comesBack: findComingBack(journey, verdicts, unlisted),
  };
}

/** How often somebody who is held back is probed before the end that is told (law 7). */
function findProbePace({ engine }: Journey, verdicts: readonly Verdict[]): number | undefined {
  const now = engine.host.clock.now();
  const paces = verdicts.flatMap((verdict) => {
    if (!('standing' in verdict) || verdict.standing.state !== 'benched') return [];
    const pace = Math.max(...verdict.standing.marks.map(earlyProbeEveryMs));
    return now + pace < verdict.standing.until ? [pace] : [];
  });
  return findLeast(paces);
}

/** The one of all who comes back first by itself. */
function findComingBack(
  journey: Journey,
  verdicts: readonly Verdict[],
  unlisted: readonly UnlistedKeys[],
): ComesBack | undefined {
  const now = journey.engine.host.clock.now();
  const rest = unlisted.flatMap(({ until }) => (until === undefined || until > now ? [] : [{ at: until }]));
  const all = [...verdicts.flatMap((verdict) => comingBackOf(journey, verdict)), ...rest];
  return all.sort((one, other) => one.at - other.at)[0];
}

function comingBackOf(journey: Journey, verdict: Verdict): readonly ComesBack[] {
  if (!('standing' in verdict)) return [];
  const { standing, candidate } = verdict;
  if (standing.state === 'free') {
    const end = endOf(journey, verdict);
    return typeof end === 'number' ? [{ at: end }] : namedEnds(journey, candidate);
  }
  if (!standing.marks.every(({ cause, endSetBy }) => isWaitedFor(cause) || endSetBy === 'provider'))
    return [];
  const last = standing.marks.reduce((one, other) => (one.until >= other.until ? one : other));
  const at = Math.max(last.until, journey.engine.host.clock.now());
  return [last.endSetBy === 'provider' ? { at } : { at, windowMs: last.until - last.since }];
}

/** An end that its provider named for this request alone. */
function namedEnds({ story, engine }: Journey, { key }: Candidate): readonly ComesBack[] {
  const last = story.misses.findLast(({ candidate }) => candidate.key === key)?.failure.retryAfterMs;
  return last === undefined ? [] : [{ at: engine.host.clock.now() + last }];
}

/** What keeps everybody from being asked where no failure does, in the order in which the answer names it. */
const obstacles = ['bound-to-account', 'budget', 'protocol'] as const;

/** The same as it stands in the record. */
export function toRecordFacts({
  candidates,
  unlisted,
  cause: failure,
}: Exhaustion): Pick<RequestRecord, 'candidates' | 'unlisted' | 'cause'> {
  const cause = failure ?? obstacles.find((one) => candidates.some((candidate) => candidate.cause === one));
  return { cause, candidates, unlisted: unlisted.length === 0 ? undefined : unlisted };
}

/** In the order of the configuration: who is asked first changes from one request to the next. */
function findFirstCause(
  { candidates: { places } }: Journey,
  candidates: readonly CandidateVerdict[],
): FailureClass | undefined {
  const inOrder = places.flatMap(({ target, pool }) => {
    const ids = [undefined, ...(pool?.credentials.map(({ id }) => id) ?? [])];
    const here = candidates.filter((one) => one.target === target.id);
    return here.toSorted((one, other) => ids.indexOf(one.credential) - ids.indexOf(other.credential));
  });
  return inOrder.map(failureBehind).find((failure) => failure !== undefined);
}

/** The failure that keeps somebody out; undefined for whoever is passed over for another reason. */
export function failureBehind({
  cause,
  heldFor,
}: Pick<SkipRecord, 'cause' | 'heldFor'>): FailureClass | undefined {
  switch (cause) {
    case 'benched':
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

/** The facts as they stand in the error object, beside its words. */
export function toWireFacts({ candidates, unlisted, until: first }: Exhaustion): WireObject {
  return {
    earliest_retry: toIso(first),
    candidates: candidates.map(({ text: _words, ...facts }) => withIso(facts)),
    unlisted: unlisted.length === 0 ? undefined : unlisted.map(withIso),
  };
}

function withIso<T extends { readonly until?: number | undefined }>({ until, ...rest }: T): WireObject {
  return { ...rest, until: toIso(until) };
}

/** Those who were never looked at, because the way ended before them, stand in the answer too. */
function skipUnseen({ candidates }: Journey, verdicts: readonly Verdict[], tried: ReadonlySet<string>): void {
  const known = new Set([...tried, ...candidates.skipped().map(keyOfSkip)]);
  for (const verdict of verdicts) {
    const { candidate } = verdict;
    if (known.has(keyOf(candidate))) continue;
    const why = whyNot(verdict);
    if (why !== undefined) candidates.skip(candidate, why);
  }
}

/** Each target keeps the first of those it has. */
function limitLists(skipped: readonly SkipRecord[]): readonly SkipRecord[] {
  const counts = new Map<string, number>();
  return skipped.filter(({ target }) => {
    const count = (counts.get(target) ?? 0) + 1;
    counts.set(target, count);
    return count <= listLimit;
  });
}

/** What the list leaves out of one target, and when the first of that may be used. */
function listRest(journey: Journey, place: Place, listed: ReadonlySet<string>): readonly UnlistedKeys[] {
  const target = place.target.id;
  const now = journey.engine.host.clock.now();
  const ends: number[] = [];
  let foreign = 0;
  for (const candidate of journey.candidates.inReachOf(place)) {
    if (listed.has(keyOf(candidate))) continue;
    const end = endOf(journey, judge(journey, candidate));
    if (end === 'over') foreign += 1;
    else if (end !== 'unknown') ends.push(end);
    // Nobody can be free earlier than one who is free.
    if (end === now) break;
  }
  const listedHere = [...listed].filter((key) => key.startsWith(`${target} `)).length;
  const count = (place.pool?.credentials.length ?? 1) - listedHere - foreign;
  if (count <= 0) return [];
  return [{ target, count, until: findLeast(ends) }];
}

/** When one who is not listed may be asked; `over` for one who would not be, `unknown` for one without a secret. */
function endOf({ candidates, budget, engine }: Journey, verdict: Verdict): number | 'over' | 'unknown' {
  const why = whyNot(verdict);
  if (why !== undefined) return why.until ?? 'unknown';
  const isLeft = verdict.state === 'left' || candidates.isOver(verdict.candidate);
  return budget.isSpent && !isLeft ? engine.host.clock.now() : 'over';
}

function describeTried({ engine, story }: Journey, miss: Miss): CandidateVerdict {
  const { candidate, lease, failure, text } = miss;
  const { credential, target } = candidate;
  const standing = engine.health.standing(lease);
  const named =
    failure.retryAfterMs === undefined ? undefined : engine.host.clock.now() + failure.retryAfterMs;
  const until = standing.state === 'benched' ? standing.until : named;
  return {
    target: target.id,
    credential: credential?.id,
    was: 'tried',
    requests: story.misses.filter((other) => other.candidate.key === candidate.key).length,
    cause: failure.class,
    until,
    text: until === undefined ? text : `${text}${againAt(engine, until)}`,
  };
}

function describeSkipped(journey: Journey, skip: SkipRecord): CandidateVerdict {
  const { target, credential, cause, heldFor, until } = skip;
  const text = wordsOf(journey.engine, skip, nameOf(journey, skip));
  return { target, credential, was: 'skipped', requests: 0, cause, heldFor, until, text };
}

/** The target, with its key. */
function nameOf({ candidates, engine }: Journey, { target, credential: id }: SkipRecord): string {
  if (id === undefined) return target;
  const pools = candidates.places.filter((place) => place.target.id === target).map(({ pool }) => pool);
  const credential = pools.map((pool) => pool?.find(id)).find((found) => found !== undefined);
  if (credential === undefined) return target;
  const reading = engine.reader.peek(credential);
  const { label } = credential;
  const key = reading.state === 'ok' ? nameKey({ label, foundAt: reading.foundAt }) : `the key ${label}`;
  return `${target} with ${key}`;
}

/** ` – asked again in 15 min (14:03)`. */
function againAt({ host }: Engine, until: number): string {
  return ` – asked again ${describeWhen(until, host.clock.now())}`;
}

function wordsOf(engine: Engine, { target, cause, reason, until }: SkipRecord, name: string): string {
  const [provider = target] = target.split('/');
  if (cause === 'auth-missing') return `no API key for ${provider}: ${reason}`;
  if (cause === 'auth-revoked') return `no access to ${provider}: ${reason}`;
  // What the target cannot be asked, none of its keys can change.
  if (cause === 'protocol' || cause === 'budget') return `${target} was passed over: ${reason}`;
  if (cause !== 'benched') return `${name} was passed over: ${reason}`;
  const end = until === undefined ? '' : againAt(engine, until);
  return `${name} is benched (${reason})${end}`;
}

function keyOf({ target, credential }: Candidate): string {
  return `${target.id} ${credential?.id ?? ''}`;
}

function keyOfSkip({ target, credential }: SkipRecord): string {
  return `${target} ${credential ?? ''}`;
}

function toIso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}
