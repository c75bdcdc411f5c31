/**
 * Builds a request's record (step 7): each attempt is added to the open record, and the end sends
 * the whole.
 */

import { addUpCost } from '../../cost/cost-of.ts';
import { listLimit } from '../../credentials/pool/pool.ts';
import { AccessError, GoingDown } from '../../errors.ts';
import type {
  AttemptRecord,
  BegunRequest,
  RequestRecord,
  SkipRecord,
  UnlistedKeys,
} from '../../model/record.ts';
import type { Broken, Outcome } from '../answer/outcome.ts';
import type { SessionNames } from '../memory/caller-facts.ts';
import { listAmendments } from '../request/amendments.ts';
import type { Attempted, Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { TargetPool } from '../select/candidate.ts';
import { createCandidate } from '../select/candidates.ts';
import { describeBench, holdOf, judge } from '../select/verdict.ts';
import { describeFailedAttempt } from '../wording/wording.ts';
import { leastContext, mostBytesPerToken, noteCut } from './cut-prompt.ts';
import { limitSkipped } from './exhaustion.ts';
import { createFailedFacts } from './failed-facts.ts';

/** The caller got content from it. */
type ContentOutcome = Extract<Outcome, { readonly kind: 'answered' }> | Broken;

/** Records a failed attempt, also in words, and charges the budget. */
export function addMiss(
  { engine, openRecord, budget }: RequestContext,
  attempted: Attempted,
  outcome: Extract<Outcome, { kind: 'failed' }> | Broken,
): Miss {
  const { candidate, lease, durationMs } = attempted;
  const { failure } = outcome;
  const bare = { candidate, lease, failure };
  const text = describeFailedAttempt({
    failure,
    target: candidate.target,
    lease,
    provenAt: engine.health.provenAt(lease),
    repeats: openRecord.repeatsOf(bare),
    now: engine.host.clock.now(),
  });
  const committedAt = outcome.kind === 'failed' ? undefined : outcome.committedAt;
  const miss: Miss = { ...bare, text, held: outcome.held, committedAt };
  const spentMs = outcome.kind === 'broken' ? outcome.silentMs : durationMs;
  const isBehindWait = openRecord.isBehindWait;
  // A probe whose head was a success has ended its mark: what follows is an attempt like any other.
  const charged = attempted.hasHead === true ? { isBehindWait } : { ...lease, isBehindWait };
  budget.noteMiss(charged, failure, spentMs);
  openRecord.misses.push(miss);
  openRecord.addAttempt(attempted, outcome);
  return miss;
}

/** Records the attempt that gave the caller's answer, complete or broken. */
export function addAnswer(
  context: RequestContext,
  attempted: Attempted,
  outcome: ContentOutcome,
): void {
  const { engine, openRecord, amendments, candidates, body } = context;
  const { candidate } = attempted;
  if (amendments.size > 0 || !engine.lessons.edits.isEmpty)
    openRecord.notes.push(...listAmendments(context, candidate.target));
  openRecord.notes.push(...(candidates.tie?.notesFor(candidate) ?? []));
  openRecord.addAttempt(attempted, outcome);
  const { target } = candidate;
  const { inputTokens = 0 } = outcome.usage ?? {};
  const isShort = inputTokens >= leastContext && body.byteLength > mostBytesPerToken * inputTokens;
  if (isShort && target.isLocal === true && outcome.usage !== undefined)
    openRecord.notes.push(...noteCut(target, outcome.usage, body));
}

export function describeBegun(context: RequestContext): BegunRequest {
  const { engine, request, route, body, budget } = context;
  return {
    id: request.id,
    at: budget.startedAt,
    caller: engine.callerFacts.nameOf(request.caller, request.headers['user-agent']),
    task: route.task,
    model: body.model,
    protocol: request.protocol,
    operation: request.operation,
    streamed: body.stream,
  };
}

/** Facts that only the end of a request knows. */
export type EndFacts = Partial<
  Pick<RequestRecord, 'answeredBy' | 'cause' | 'candidates' | 'skipped' | 'unlisted' | 'fixes'>
>;

export function finishRecord(
  context: RequestContext,
  outcome: RequestRecord['outcome'],
  more: EndFacts = {},
): RequestRecord {
  const { engine, request, route, body, candidates, config, writer, openRecord, budget } = context;
  const { durationMs } = budget;
  const { attempts, notes, payer, usage } = openRecord;
  const joints = openRecord.joints.length === 0 ? undefined : openRecord.joints;
  const { skipped, unlisted } = listPassed(context, outcome, more);
  const { callerFacts } = engine;
  const { session, agent }: SessionNames =
    candidates.session === undefined
      ? {}
      : callerFacts.namesOf(candidates.session, request.headers);
  const record: RequestRecord = {
    id: request.id,
    at: budget.startedAt,
    durationMs,
    times: openRecord.times(budget.beganAt, durationMs),
    firstEventMs: writer.contentAt === undefined ? undefined : writer.contentAt - budget.beganAt,
    caller: callerFacts.meet(request.caller, request.headers['user-agent']),
    session,
    agent,
    configGeneration: config.generation,
    task: route.task,
    model: body.model,
    protocol: request.protocol,
    operation: request.operation,
    streamed: body.stream,
    outcome,
    answeredBy: more.answeredBy,
    attempts,
    skipped,
    cause: more.cause,
    fixes: more.fixes,
    candidates: more.candidates,
    unlisted,
    usage,
    cost: payer && addUpCost({ attempts, joints, outcome }, payer),
    unmetered: openRecord.unmetered === 0 ? undefined : openRecord.unmetered,
    joints,
    notes,
    notContinued: outcome === 'broken' ? context.recovery.obstacle : undefined,
  };
  const isFailed = outcome === 'failed' || outcome === 'broken';
  return isFailed || openRecord.misses.length > 0
    ? { ...record, ...createFailedFacts(context, record) }
    : record;
}

/** The caller left, or we closed its connection, for a reason that is told. */
export function finishGone(context: RequestContext): RequestRecord {
  const { reason } = context.request.signal;
  if (!(reason instanceof AccessError)) return finishRecord(context, 'client-gone');
  context.openRecord.notes.push(reason.message);
  return reason instanceof GoingDown
    ? finishRecord(context, 'failed', { cause: 'local' })
    : finishRecord(context, 'client-gone');
}

/** Names this many unused keys per target; the rest are counted. */
const namedKeys = 4;

const notNeeded: Readonly<Record<RequestRecord['outcome'], string>> = {
  answered: 'another had the answer',
  broken: 'another had the answer',
  failed: 'the request ended before',
  'client-gone': 'the request ended before',
};

type PassedOver = Pick<RequestRecord, 'skipped' | 'unlisted'>;

/**
 * The roll call: every candidate that was not asked is in it once, skipped by name with the reason,
 * or in the count of its target. `unlisted`: the time when the first of the merely counted ones may
 * be asked, by target.
 */
function listPassed(
  context: RequestContext,
  outcome: RequestRecord['outcome'],
  { skipped: passed = [...context.candidates.skipped.values()], unlisted: ends = [] }: EndFacts,
): PassedOver {
  const { candidates, openRecord } = context;
  const { attempts } = openRecord;
  const { places } = candidates;
  const skipped = passed.length > listLimit ? limitSkipped(passed) : passed;
  const isWhole = isOnlyPlace(places) && attempts.length + ends.length > 0;
  const isMet = outcome === 'answered' && skipped.length > 0;
  const listed = isMet ? forgiveBehind(context, skipped) : [...skipped];
  const unlisted: UnlistedKeys[] = [];
  for (const place of isWhole ? [] : places) {
    const target = place.target.id;
    const end = ends.find((other) => other.target === target);
    const { names, count } = sparesOf(place, attempts, skipped);
    // If other keys of the target may be waited for, none is named as not needed.
    const named = end === undefined ? names : [];
    for (const credential of named) {
      const held = describeHeld(context, place, credential);
      listed.push({ ...held, target, credential, cause: 'not-needed', reason: notNeeded[outcome] });
    }
    if (count > named.length) unlisted.push({ ...end, target, count: count - named.length });
  }
  return { skipped: listed, unlisted: unlisted.length === 0 ? undefined : unlisted };
}

/** What those behind the one that answered cannot do was no reason. */
function forgiveBehind(
  { candidates: { places }, openRecord }: RequestContext,
  skipped: readonly SkipRecord[],
): SkipRecord[] {
  const names = places.map(({ target }) => target.id);
  const at = names.indexOf(openRecord.attempts.at(-1)?.target ?? '');
  const isBehind = (name: string): boolean => at >= 0 && names.indexOf(name) > at;
  return skipped.map((skip) =>
    isBehind(skip.target) ? { ...skip, cause: 'not-needed', reason: notNeeded.answered } : skip,
  );
}

/** A key that nobody had to look at may be held back all the same: then it was no spare. */
function describeHeld(
  context: RequestContext,
  place: TargetPool,
  id: string | undefined,
): Partial<SkipRecord> {
  const credential = id === undefined ? undefined : place.pool?.find(id);
  if (credential === undefined) return {};
  const bench = holdOf(judge(context, createCandidate(place, credential)));
  return bench === undefined ? {} : describeBench(bench);
}

/** True if there was only one candidate: when it was asked, nothing was skipped. */
function isOnlyPlace(places: readonly TargetPool[]): boolean {
  return places.length === 1 && (places[0]?.pool?.credentials.length ?? 1) === 1;
}

/** Returns the names of the first ones, and their number. A candidate without a key has no name. */
function sparesOf(
  { target, pool }: TargetPool,
  attempts: readonly AttemptRecord[],
  skipped: readonly SkipRecord[],
): { readonly names: readonly (string | undefined)[]; readonly count: number } {
  const asked = attempts.filter((attempt) => attempt.target === target.id);
  const passed = skipped.filter((skip) => skip.target === target.id);
  const isLeftWhole = passed.some(({ credential }) => credential === undefined);
  if (pool === undefined) {
    const isDone = asked.length > 0 || isLeftWhole;
    return isDone ? { names: [], count: 0 } : { names: [undefined], count: 1 };
  }
  if (isLeftWhole) return { names: [], count: 0 };
  const done = new Set([...asked, ...passed].map(({ credential }) => credential));
  const room = Math.min(namedKeys, listLimit - passed.length);
  const names: string[] = [];
  for (const { id } of pool.credentials) {
    if (names.length >= room) break;
    if (!done.has(id)) names.push(id);
  }
  return { names, count: pool.credentials.length - done.size };
}
