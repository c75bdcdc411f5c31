/**
 * One request, from the caller's model name to its answer: the only path to a provider (law 1). Retry, rotation and
 * fallback are one loop over a pure decision; docs/life-of-a-request.md walks through it.
 */

import { assertNever } from '../errors.ts';
import type { Decision } from '../model/decision.ts';
import type { RequestRecord, SkipRecord } from '../model/record.ts';
import type { ReplySink } from '../model/request.ts';
import type { Target } from '../model/target.ts';
import { attempt } from './attempt.ts';
import { concludeBroken, concludeExhausted, concludeUnserved } from './conclude.ts';
import { countTokens } from './count-tokens.ts';
import { decide } from './decide/decide.ts';
import type { ConfiguredRequest, Engine } from './engine.ts';
import { Journey, type Miss, type SourceFault } from './journey.ts';
import { chooseLease, type Leased, leaseAtOnce } from './lease.ts';
import { isNoLarger, learnedWindowAt, learnWindow, windowOf } from './overflow.ts';
import type { Broken, Outcome } from './reply/outcome.ts';
import { type Candidate, createCandidate, type Place } from './route/candidates.ts';
import { findTie, ownerOf } from './route/tie.ts';
import { assessSituation, hasFreeTargetBesides } from './situation.ts';
import { queueTimeMs } from './tasks/task-time.ts';
import { describeRescue } from './wording.ts';

/** Resolves when the answer has ended, well or not. Throws `RequestError` for a body or model that cannot be used. */
export async function access(
  engine: Engine,
  request: ConfiguredRequest,
  sink: ReplySink,
): Promise<RequestRecord> {
  const journey = new Journey(engine, request, sink); //                       1 route
  engine.retryRatio.noteRequest();
  try {
    if (!engine.health.isLoaded) await engine.health.load();
    if (request.operation === 'count-tokens') return await countTokens(journey);
    return await (journey.slots === undefined ? travel(journey) : inTurn(journey, journey.slots));
  } catch (error) {
    if (!request.signal.aborted) {
      journey.writer.giveUp(error);
      throw error;
    }
    journey.writer.abandon();
    return journey.finish({ kind: 'client-gone' });
  } finally {
    engine.rechecks.endAll(request.id);
  }
}

/** At most `max_concurrency` requests of a task are on their way at a time (A76); the others queue. */
async function inTurn(journey: Journey, slots: number): Promise<RequestRecord> {
  const { engine, request, route, taskTime } = journey;
  if (taskTime === undefined) return travel(journey);
  const wish = { limit: slots, withinMs: queueTimeMs(taskTime), signal: request.signal };
  const giveBack = await engine.taskSlots.take(route.task, wish);
  if (giveBack === undefined) return concludeUnserved(journey, slots);
  return travel(journey).finally(giveBack);
}

async function travel(journey: Journey): Promise<RequestRecord> {
  const bound = journey.body.bound();
  if (bound !== undefined) journey.bind(await findTie(journey.engine.bindings, bound));
  for (;;) {
    const leased = leaseAtOnce(journey) ?? (await chooseLease(journey)); //    2 lease
    if (leased.kind === 'none') return concludeExhausted(journey);
    const { outcome, durationMs } = await tryOnce(journey, leased); //         3 attempt, 4 classify, 6 commit
    noteMade(journey, leased.candidate, outcome);
    const isOver = outcome.kind !== 'failed' && !goesOn(journey, leased, outcome);
    if (isOver) return arrive(journey, leased, { outcome, durationMs }); //    7 record
    const noted = journey.noteMiss({ ...leased, outcome, durationMs });
    const { miss, decision } = await decideNext(journey, noted) //             5 decide
      .finally(() => giveProbeBack(journey, leased.lease.probeOf));
    if (decision.kind === 'stop') return concludeExhausted(journey, miss);
    await carryOut(journey, miss, decision);
  }
}

async function tryOnce(journey: Journey, leased: Leased): Promise<{ outcome: Outcome; durationMs: number }> {
  const { engine, request, protocol, body, carriage, writer } = journey;
  const { target, credential, place } = leased.candidate;
  const startedAt = engine.host.clock.monotonic();
  if (credential !== undefined) place.pool?.noteUse(credential);
  try {
    const outcome = await attempt({
      engine,
      request,
      body,
      carriage,
      protocol,
      writer,
      target: askedTarget(journey, leased.candidate),
      lease: leased.lease,
      secret: leased.secret,
      facts: { target: target.id, attempts: journey.attempts.length + 1 },
      isLastTarget: () => !hasFreeTargetBesides(journey, target),
      freshConnection: journey.freshConnection,
      taskTime: journey.taskTime,
      continuation: journey.recovery.plan(target),
      keepsText: journey.recovery.keepsText(target),
      onCommit: () => noteCommit(journey, leased),
    });
    journey.freshConnection = false;
    return { outcome, durationMs: engine.host.clock.monotonic() - startedAt };
  } finally {
    if (credential !== undefined) place.pool?.noteEnd(credential);
  }
}

/** The target with all that this request is changed by for it. */
function askedTarget(journey: Journey, candidate: Candidate): Target {
  const target = journey.amendments.applyTo(candidate.target);
  return journey.tie?.applyTo(target, candidate) ?? target;
}

/** After content has reached the caller a break is a miss like any other where somebody may go on with the answer (law 16). */
function goesOn(journey: Journey, { candidate }: Leased, outcome: Outcome): outcome is Broken {
  if (outcome.kind !== 'broken' || !journey.recovery.mayContinue(candidate.target, outcome)) return false;
  journey.recovery.begin(candidate.target, outcome);
  journey.writer.expectRest();
  return true;
}

/** The secret is proven and its older marks end; the session stays with it, and who waited for it goes on. */
function noteCommit(journey: Journey, { candidate, lease }: Leased): void {
  const { engine, request } = journey;
  const { session } = journey.ways;
  engine.health.noteSuccess(lease);
  engine.unserved.noteSuccess(candidate.target, request.operation);
  engine.rechecks.end(lease, request.id);
  journey.amendments.noteSuccess(candidate.target, engine.emit);
  if (session !== undefined && candidate.place.pool !== undefined)
    engine.stickiness.bind(session, candidate.target.id, lease.credentialId);
}

/** What an answer brought, and what the request named, is this account's: nobody else will understand it later. */
function noteMade(journey: Journey, candidate: Candidate, outcome: Outcome): void {
  if (outcome.kind !== 'answered' && outcome.kind !== 'broken') return;
  const { made = [] } = outcome;
  const named = outcome.kind === 'answered' ? (journey.tie?.names ?? []) : [];
  if (made.length + named.length === 0) return;
  const { bindings, redactor } = journey.engine;
  const names = [...made, ...named].filter((name) => !redactor.mentions(name)); // kept in the state file (law 20)
  bindings.remember(names, ownerOf(candidate));
}

function arrive(
  journey: Journey,
  { candidate, lease }: Leased,
  { outcome, durationMs }: { outcome: Outcome; durationMs: number },
): RequestRecord {
  if (outcome.kind === 'answered') {
    const { engine, request } = journey;
    engine.health.noteWhole(lease);
    engine.windows.noteSuccess({ lease, headers: request.headers }, outcome.usage);
  }
  giveProbeBack(journey, lease.probeOf);
  if (outcome.kind === 'broken') {
    journey.engine.health.countFailure(lease, outcome.failure);
    journey.engine.health.noteLeft({ ...lease, leasedAt: outcome.committedAt }, outcome.failure);
    concludeBroken(journey, outcome, candidate.target);
  }
  return journey.finish(outcome, { candidate, lease, durationMs });
}

/** After a recovery without a new secret the failure is decided once more, by what its source said of it too. */
async function decideNext(journey: Journey, noted: Miss): Promise<{ miss: Miss; decision: Decision }> {
  const { engine } = journey;
  engine.health.countFailure(noted.lease, noted.failure);
  if (noted.failure.class === 'not-offered')
    engine.unserved.note(noted.candidate.target, journey.request.operation);
  learnWindow(journey, noted);
  const again = journey.recovery.withoutPrefill(noted.candidate.target, noted.failure);
  let miss = noted;
  let decision = again ?? decide(miss.failure, assessSituation(journey, miss));
  const recovery = decision.kind === 'recover' ? await recover(journey, miss) : 'another';
  if (recovery !== 'another') {
    if (recovery !== 'same') miss = journey.noteFault(miss, recovery);
    decision = decide(miss.failure, assessSituation(journey, miss));
  }
  journey.noteDecision(decision);
  const { candidate, lease, failure } = miss;
  const context = { failure, target: candidate.target };
  engine.emit({
    type: 'rescue',
    requestId: journey.request.id,
    target: candidate.target.id,
    credential: lease.label,
    failure,
    decision,
    text: describeRescue(context, decision),
  });
  if (decision.kind !== 'retry' && decision.kind !== 'recover') {
    const charged = { ...lease, leasedAt: miss.committedAt ?? lease.leasedAt };
    engine.health.noteLeft(charged, failure, () => listKnown(journey, miss));
    engine.rechecks.end(lease, journey.request.id);
  }
  return { miss, decision };
}

/** Asks the source again (law 8): another secret is used at once; a source that broke says so beside the refusal. */
async function recover(
  journey: Journey,
  { candidate, lease }: Miss,
): Promise<'another' | 'same' | SourceFault> {
  journey.noteRecovered(lease.fingerprint);
  const { credential } = candidate;
  if (credential === undefined) return 'same';
  const { reader } = journey.engine;
  const reading = await reader.recover(credential, lease.fingerprint, journey.request.signal);
  if (reading.state !== 'ok') return reading;
  return reading.fingerprint === lease.fingerprint ? 'same' : 'another';
}

/** The secrets that an account is known by at this moment: one that appears later is tried in spite of its marks (law 5). */
function listKnown(journey: Journey, { candidate, lease }: Miss): readonly string[] {
  if (lease.account === lease.fingerprint) return [lease.fingerprint];
  const { reader } = journey.engine;
  const fingerprints = (candidate.place.pool?.credentials ?? [])
    .filter(({ account }) => account === lease.account)
    .map((credential) => reader.peek(credential))
    .flatMap((reading) => (reading.state === 'ok' ? [reading.fingerprint] : []));
  return [...new Set([lease.fingerprint, ...fingerprints])];
}

async function carryOut(journey: Journey, miss: Miss, decision: Decision): Promise<void> {
  switch (decision.kind) {
    case 'retry':
      return repeat(journey, miss, decision);
    case 'recover':
      journey.ways.current = miss.candidate;
      return;
    case 'rotate':
      return journey.ways.leave(miss.candidate, miss.lease.fingerprint);
    case 'next-target':
      return leaveTarget(journey, miss);
    case 'stop':
      return;
    default:
      return assertNever(decision);
  }
}

async function repeat(
  journey: Journey,
  miss: Miss,
  { delayMs, isAmended }: Extract<Decision, { kind: 'retry' }>,
): Promise<void> {
  const { engine, request } = journey;
  if (isAmended) {
    journey.amendments.take(miss.failure, miss.candidate.target);
    journey.ways.current = miss.candidate;
    return pause(journey, delayMs);
  }
  journey.noteRepeat(miss);
  // Another request is asking already: its verdict is waited for at the lease, in place of this recheck.
  if (miss.failure.class === 'auth-suspect' && !engine.rechecks.begin(miss.lease, request.id)) return;
  if (miss.failure.class !== 'auth-suspect' && miss.failure.retryAfterMs === undefined)
    engine.retryRatio.noteRetry();
  journey.freshConnection = miss.failure.class === 'connect';
  await pause(journey, delayMs);
}

async function pause(journey: Journey, delayMs: number): Promise<void> {
  if (delayMs > 0) await journey.engine.host.clock.sleep(delayMs, journey.request.signal);
  journey.spentMs += delayMs;
}

function leaveTarget(journey: Journey, miss: Miss): void {
  const { target } = miss.candidate;
  journey.ways.leaveTarget(target);
  const { class: cause } = miss.failure;
  if (cause === 'context-overflow') {
    const window = windowOf(miss);
    const left = journey.ways.keepOnly((other) => !isNoLarger(other.contextWindow, window));
    const reason = `its context window is no larger than the ${window} tokens of ${target.id}`;
    noteLeft(journey, left, { cause, reason });
    journey.ways.putLast((place) => isNoLarger(learnedWindowAt(journey, place), window));
  }
  if (cause === 'refused-request') {
    journey.hasRefusedElsewhere = true;
    const left = journey.ways.keepOnly((other) => other.provider !== target.provider);
    noteLeft(journey, left, { cause, reason: `${target.id}, of the same provider, refused the request` });
  }
}

/** Targets that cannot help stand in the record, with the reason (A64). */
function noteLeft(
  journey: Journey,
  places: readonly Place[],
  why: Pick<SkipRecord, 'cause' | 'reason'>,
): void {
  for (const place of places) journey.skip(createCandidate(place, undefined), why);
}

function giveProbeBack(journey: Journey, keys: readonly string[] | undefined): void {
  if (keys !== undefined) journey.engine.health.releaseProbes(keys, journey.request.id);
}
