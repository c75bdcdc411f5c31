/**
 * One request, from the caller's model name to its answer: the only path to a provider (law 1). Retry, rotation and
 * fallback are one loop over a pure decision; docs/life-of-a-request.md walks through it.
 */

import { namedEndSpread } from '../credentials/health/marks.ts';
import { assertNever } from '../errors.ts';
import type { Timer } from '../host.ts';
import type { Decision } from '../model/decision.ts';
import type { Mark } from '../model/failure.ts';
import type { RequestRecord, SkipRecord } from '../model/record.ts';
import type { ReplySink } from '../model/request.ts';
import type { Target } from '../model/target.ts';
import { attempt } from './attempt.ts';
import { concludeBroken, concludeExhausted, concludeUnserved } from './conclude.ts';
import { countTokens } from './count-tokens.ts';
import { decideNext } from './decide-next.ts';
import type { ConfiguredRequest, Engine } from './engine.ts';
import { Journey, type Miss } from './journey.ts';
import { chooseLease, claimMs, type Leased, leaseAtOnce } from './lease.ts';
import { isNoLarger, learnedWindowAt, windowOf } from './overflow.ts';
import type { Broken, Outcome } from './reply/outcome.ts';
import { type Candidate, createCandidate, type Place } from './route/candidates.ts';
import { findTie, ownerOf } from './route/tie.ts';
import { hasFreeTargetBesides } from './situation.ts';
import { queueTimeMs } from './tasks/task-time.ts';

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
    return await travel(journey);
  } catch (error) {
    if (!request.signal.aborted) {
      journey.writer.giveUp(error);
      throw error;
    }
    journey.writer.abandon();
    return journey.finish({ kind: 'client-gone' });
  } finally {
    engine.rechecks.endAll(request.id);
    journey.turn?.over('in-vain');
    journey.leaveSlot();
  }
}

/** A request of a task with `max_concurrency` that has no place of it: at its beginning, and after it has waited for capacity. */
function isSlotDue({ slots, slot }: Journey): boolean {
  return slots !== undefined && slot === undefined;
}

/** At most `max_concurrency` requests of a task are on their way at a time; the others queue. False when no place was free in time. */
async function takeSlot(journey: Journey): Promise<boolean> {
  const { engine, request, route, taskTime, slots } = journey;
  if (slots === undefined || taskTime === undefined) return true;
  const withinMs = Math.min(queueTimeMs(taskTime), journey.budget.leftMs);
  journey.slot = await engine.taskSlots.take(route.task, { limit: slots, withinMs, signal: request.signal });
  return journey.slot !== undefined;
}

async function travel(journey: Journey): Promise<RequestRecord> {
  const bound = journey.body.bound();
  if (bound !== undefined) journey.bind(await findTie(journey.engine.bindings, bound));
  if (isSlotDue(journey) && !(await takeSlot(journey))) return concludeUnserved(journey);
  for (;;) {
    const leased = leaseAtOnce(journey) ?? (await chooseLease(journey)); //    2 lease
    if (leased.kind === 'none') return concludeExhausted(journey);
    if (isSlotDue(journey) && !(await takeSlot(journey))) {
      endTurn(journey, leased);
      return concludeUnserved(journey);
    }
    const { outcome, durationMs } = await tryOnce(journey, leased); //         3 attempt, 4 classify, 6 commit
    noteMade(journey, leased.candidate, outcome);
    const isOver = outcome.kind !== 'failed' && !goesOn(journey, leased, outcome);
    if (isOver) return arrive(journey, leased, { outcome, durationMs }); //    7 record
    const noted = journey.noteMiss({ ...leased, outcome, durationMs });
    const { miss, decision } = await decideNext(journey, noted) //             5 decide
      .finally(() => endTurn(journey, leased));
    if (decision.kind === 'stop') return concludeExhausted(journey, miss);
    await carryOut(journey, miss, decision);
  }
}

async function tryOnce(journey: Journey, leased: Leased): Promise<{ outcome: Outcome; durationMs: number }> {
  const { engine, request, protocol, body, carriage, writer } = journey;
  const { target, credential, place } = leased.candidate;
  const startedAt = engine.host.clock.monotonic();
  if (credential !== undefined) place.pool?.noteUse(credential);
  const claim = keepClaim(journey, leased.claimed);
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
      onHead: leased.lease.probeOf === undefined ? undefined : () => noteHead(journey, leased),
      onCommit: () => noteCommit(journey, leased),
    });
    journey.freshConnection = false;
    return { outcome, durationMs: engine.host.clock.monotonic() - startedAt };
  } finally {
    claim?.cancel();
    if (credential !== undefined) place.pool?.noteEnd(credential);
  }
}

/** A claim outlives its attempt by seconds at most: it is renewed while that lives and a mark of them stands. */
function keepClaim({ engine, request }: Journey, marks: readonly Mark[] = []): Timer | undefined {
  if (marks.length === 0) return undefined;
  const { host, health } = engine;
  let timer: Timer;
  const renew = (): void => {
    if (!marks.some(({ key, since }) => health.mark(key)?.since === since)) return;
    void health.claimProbes(marks, request.id, claimMs);
    timer = host.clock.startTimer(claimMs / 3, renew);
  };
  timer = host.clock.startTimer(claimMs / 3, renew);
  return { cancel: () => timer.cancel() };
}

/** A probe is answered: capacity and reachability are shown, and those who wait for them may go. */
function noteHead(journey: Journey, { lease }: Leased): void {
  journey.engine.health.noteHead(lease);
  journey.turn?.shown();
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
  journey.budget.noteShown();
  journey.writer.expectRest();
  return true;
}

/** The secret is proven and its older marks end; the session stays with it, and who waited for it goes on. */
function noteCommit(journey: Journey, { candidate, lease }: Leased): void {
  const { engine, request } = journey;
  const { session } = journey.ways;
  engine.health.noteSuccess(lease);
  engine.unserved.noteSuccess(candidate.target, request.operation);
  journey.turn?.shown();
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
  endTurn(journey, { lease });
  if (outcome.kind === 'broken') {
    journey.engine.health.countFailure(lease, outcome.failure);
    journey.engine.health.noteLeft({ ...lease, leasedAt: outcome.committedAt }, outcome.failure);
    concludeBroken(journey, outcome, candidate.target);
  }
  return journey.finish(outcome, { candidate, lease, durationMs });
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
    case 'wait':
      journey.ways.current = undefined;
      return;
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
  if (miss.failure.class === 'auth-suspect') {
    if (!engine.rechecks.begin(miss.lease, request.id)) return;
    engine.rechecks.noteAsked(miss.lease);
  }
  if (miss.failure.class !== 'auth-suspect' && miss.failure.retryAfterMs === undefined)
    engine.retryRatio.noteRetry();
  journey.freshConnection = miss.failure.class === 'connect';
  await pause(journey, markedPause(journey, miss, delayMs));
}

/** An end that the provider has named is marked a little later, so that not all return at once: the repeat comes with it. */
function markedPause({ engine }: Journey, { lease, failure }: Miss, delayMs: number): number {
  const standing = engine.health.standing(lease);
  if (failure.retryAfterMs === undefined || standing.state !== 'benched') return delayMs;
  const untilMs = standing.until - engine.host.clock.now();
  return untilMs > delayMs && untilMs <= delayMs * (1 + namedEndSpread) + 1 ? untilMs : delayMs;
}

async function pause(journey: Journey, delayMs: number): Promise<void> {
  if (delayMs > 0) await journey.engine.host.clock.sleep(delayMs, journey.request.signal);
  journey.budget.spend(delayMs);
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

/** Targets that cannot help stand in the record, with the reason. */
function noteLeft(
  journey: Journey,
  places: readonly Place[],
  why: Pick<SkipRecord, 'cause' | 'reason'>,
): void {
  for (const place of places) journey.skip(createCandidate(place, undefined), why);
}

/** What the attempt has claimed is free again, and the queue that it came from goes on. */
function endTurn(journey: Journey, { lease }: Pick<Leased, 'lease'>): void {
  const { probeOf = [] } = lease;
  if (probeOf.length > 0) journey.engine.health.releaseProbes(probeOf, journey.request.id);
  journey.turn?.over('sent');
  journey.turn = undefined;
}
