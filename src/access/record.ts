/** A request's record (step 7): what each attempt brought goes into its story, and the whole of it is told at the end. */

import { addUpCost } from '../cost/cost-of.ts';
import { AccessError } from '../errors.ts';
import type { RequestRecord } from '../model/record.ts';
import type { Journey } from './journey.ts';
import type { Broken, Outcome } from './reply/outcome.ts';
import { withSpares } from './select/spares.ts';
import type { Attempted, Miss } from './story.ts';
import { tellTrouble } from './trouble.ts';
import { describeFailure } from './wording.ts';

/** Brought something to the caller. */
type ToldOutcome = Extract<Outcome, { readonly kind: 'answered' }> | Broken;

/** Writes down a failed attempt, in words too, and takes it off the budget. */
export function addMiss(
  { engine, story, budget, recovery, line }: Journey,
  attempted: Attempted,
  outcome: Extract<Outcome, { kind: 'failed' }> | Broken,
): Miss {
  const { candidate, lease, durationMs } = attempted;
  const { failure } = outcome;
  const bare = { candidate, lease, failure };
  const text = describeFailure({
    failure,
    target: candidate.target,
    lease,
    provenAt: engine.health.provenAt(lease.origin, lease.fingerprint),
    repeats: story.repeatsOf(bare),
    now: engine.host.clock.now(),
  });
  const [held, committedAt] =
    outcome.kind === 'failed' ? [outcome.held, undefined] : [undefined, outcome.committedAt];
  const miss: Miss = { ...bare, text, held, committedAt };
  story.misses.push(miss);
  const spentMs = outcome.kind === 'broken' ? outcome.silentMs : durationMs;
  budget.noteMiss({ ...lease, isBehindWait: line.comesFromWait }, failure, spentMs);
  line.comesFromWait = false;
  if (outcome.kind === 'broken') addTold({ story, recovery }, outcome);
  else recovery.noteUsage(outcome.usage, failure);
  story.addAttempt(attempted, { failure, usage: outcome.usage });
  return miss;
}

/** What a part of the answer has brought belongs to the whole of it. */
function addTold({ story, recovery }: Pick<Journey, 'story' | 'recovery'>, outcome: ToldOutcome): void {
  const { notes, usage, joint } = outcome;
  story.notes.push(...notes);
  recovery.noteUsage(usage, outcome.kind === 'broken' ? outcome.failure : undefined);
  if (joint !== undefined) recovery.noteJoint(joint);
}

/** Writes down the attempt that the caller's answer came from, whole or broken. */
export function addAnswer(journey: Journey, attempted: Attempted, outcome: ToldOutcome): void {
  const { story, amendments, candidates, recovery } = journey;
  const { candidate } = attempted;
  const failure = outcome.kind === 'broken' ? outcome.failure : undefined;
  story.addAttempt(attempted, { failure, usage: outcome.usage });
  story.notes.push(...amendments.notesFor(candidate.target), ...(candidates.tie?.notesFor(candidate) ?? []));
  addTold(journey, outcome);
  if (failure !== undefined && recovery.obstacle !== undefined)
    story.notes.push(`not continued: ${recovery.obstacle}`);
}

/** What only the end of a request knows. */
export type EndFacts = Pick<RequestRecord, 'answeredBy' | 'cause' | 'candidates' | 'unlisted'>;

/** The record of a request that has ended. */
export function finish(
  journey: Journey,
  outcome: RequestRecord['outcome'],
  more: EndFacts = {},
): RequestRecord {
  const { engine, request, route, body, candidates, config, writer, story, budget, recovery } = journey;
  // Where we have hung up on the caller, the reason is ours to tell.
  if (outcome === 'client-gone' && request.signal.reason instanceof AccessError)
    story.notes.push(request.signal.reason.message);
  const { durationMs } = budget;
  const { attempts, notes, payer } = story;
  const { joints, usage, unmetered } = recovery.facts();
  const { session } = candidates;
  const { skipped, unlisted } = listPassed(journey, outcome, more);
  const { callerFacts } = engine;
  const record: RequestRecord = {
    id: request.id,
    at: budget.startedAt,
    durationMs,
    times: story.times(budget.beganAt, durationMs),
    firstEventMs: writer.contentAt === undefined ? undefined : writer.contentAt - budget.beganAt,
    caller: request.caller ?? callerFacts.nameOf(request.headers['user-agent']),
    session: session === undefined ? undefined : callerFacts.sessionOf(session),
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
    candidates: more.candidates,
    unlisted,
    usage,
    cost: payer && addUpCost({ attempts, joints, outcome }, payer),
    unmetered,
    joints,
    notes,
  };
  const trouble = tellTrouble(journey, record);
  return trouble === undefined ? record : { ...record, ...trouble };
}

/** Every candidate that was not asked. */
function listPassed(
  { candidates, story }: Journey,
  outcome: RequestRecord['outcome'],
  { unlisted = [] }: EndFacts,
): Pick<RequestRecord, 'skipped' | 'unlisted'> {
  const hasAnswer = outcome === 'answered' || outcome === 'broken';
  return withSpares(candidates.places, {
    attempts: story.attempts,
    skipped: candidates.skipped(),
    unlisted,
    reason: hasAnswer ? 'another had the answer' : 'the request ended before',
  });
}
