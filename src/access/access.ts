/**
 * One request, from the caller's model name to its answer: the only path to a provider (law 1). Retry, rotation and
 * fallback are one loop over a pure decision; docs/life-of-a-request.md walks through it.
 */

import { assertNever } from '../errors.ts';
import type { Decision } from '../model/decision.ts';
import type { RequestRecord } from '../model/record.ts';
import type { AccessRequest, ReplySink } from '../model/request.ts';
import { attempt } from './attempt.ts';
import { inspectCandidate } from './candidates.ts';
import { concludeBroken, concludeExhausted, concludeUnserved } from './conclude.ts';
import { decide } from './decide.ts';
import type { Engine } from './engine.ts';
import { Journey, type Miss } from './journey.ts';
import { chooseLease, type Leased } from './lease.ts';
import type { Outcome } from './outcome.ts';
import { assessSituation, isLarger } from './situation.ts';
import { queueTimeMs } from './task-time.ts';
import { describeRescue } from './wording.ts';

/** Resolves when the answer has ended, well or not. Throws `RequestError` for a body or model that cannot be used. */
export async function access(
  engine: Engine,
  request: AccessRequest,
  sink: ReplySink,
): Promise<RequestRecord> {
  const journey = new Journey(engine, request, sink); //                       1 route
  engine.retryRatio.noteRequest();
  try {
    return await inTurn(journey);
  } catch (error) {
    if (!request.signal.aborted) throw error;
    journey.writer.abandon();
    return journey.finish({ kind: 'client-gone' });
  }
}

/** At most `max_concurrency` requests of a task are on their way at a time (A76); the others queue. */
async function inTurn(journey: Journey): Promise<RequestRecord> {
  const { engine, request, route, slots, taskTime } = journey;
  if (slots === undefined || taskTime === undefined) return travel(journey);
  const wish = { limit: slots, withinMs: queueTimeMs(taskTime), signal: request.signal };
  const giveBack = await engine.taskSlots.take(route.task, wish);
  if (giveBack === undefined) return concludeUnserved(journey, slots);
  return travel(journey).finally(giveBack);
}

async function travel(journey: Journey): Promise<RequestRecord> {
  for (;;) {
    const leased = await chooseLease(journey); //                              2 lease
    if (leased.kind === 'none') return concludeExhausted(journey, leased.until);
    const { outcome, durationMs } = await tryOnce(journey, leased); //         3 attempt, 4 classify, 6 commit
    if (outcome.kind !== 'failed') return arrive(journey, leased, { outcome, durationMs }); // 7 record
    const miss = journey.noteMiss({ ...leased, outcome, durationMs });
    const decision = decideNext(journey, miss); //                             5 decide
    if (decision.kind === 'stop') return concludeExhausted(journey, undefined, miss);
    await carryOut(journey, miss, decision);
  }
}

async function tryOnce(journey: Journey, leased: Leased): Promise<{ outcome: Outcome; durationMs: number }> {
  const { engine, request, protocol, body, writer } = journey;
  const { target } = leased.candidate;
  const startedAt = engine.host.clock.monotonic();
  engine.health.noteSeen(leased.lease.account, leased.lease.fingerprint);
  const outcome = await attempt({
    engine,
    request,
    body,
    protocol,
    writer,
    target,
    lease: leased.lease,
    secret: leased.secret,
    facts: { target: target.id, attempts: journey.attempts.length + 1 },
    isLastTarget: !journey.open().some((candidate) => candidate.target.id !== target.id),
    freshConnection: journey.freshConnection,
    taskTime: journey.taskTime,
  });
  journey.freshConnection = false;
  return { outcome, durationMs: engine.host.clock.monotonic() - startedAt };
}

function arrive(
  journey: Journey,
  { candidate, lease }: Leased,
  { outcome, durationMs }: { outcome: Outcome; durationMs: number },
): RequestRecord {
  giveProbeBack(journey, lease.probeOf);
  if (outcome.kind === 'broken') {
    journey.engine.health.countFailure(lease, outcome.failure);
    journey.engine.health.noteLeft(lease, outcome.failure);
    concludeBroken(journey, outcome.failure, candidate.target);
  }
  return journey.finish(outcome, { candidate, lease, durationMs });
}

/** After a recovery without a new secret the same failure is decided once more. */
function decideNext(journey: Journey, miss: Miss): Decision {
  const { engine } = journey;
  engine.health.countFailure(miss.lease, miss.failure);
  let decision = decide(miss.failure, assessSituation(journey, miss));
  if (decision.kind === 'recover' && !recover(journey, miss)) {
    decision = decide(miss.failure, assessSituation(journey, miss));
  }
  journey.noteDecision(decision);
  const { candidate, lease, failure } = miss;
  const context = { failure, target: candidate.target, lease, provenAt: undefined, repeats: 0 };
  engine.emit({
    type: 'rescue',
    requestId: journey.request.id,
    target: candidate.target.id,
    credential: lease.label,
    failure,
    decision,
    text: describeRescue(context, decision),
  });
  if (decision.kind !== 'retry' && decision.kind !== 'recover') engine.health.noteLeft(lease, failure);
  giveProbeBack(journey, lease.probeOf);
  return decision;
}

/** Reads the source again (law 8); true when it holds another secret now, which is used at once. */
function recover(journey: Journey, miss: Miss): boolean {
  journey.noteRecovered(miss.lease.fingerprint);
  const { reader, health, host } = journey.engine;
  const found = inspectCandidate(miss.candidate, { reader, health, now: host.clock.now() });
  return found.state === 'ready' && found.lease.fingerprint !== miss.lease.fingerprint;
}

async function carryOut(journey: Journey, miss: Miss, decision: Decision): Promise<void> {
  switch (decision.kind) {
    case 'retry':
      return repeat(journey, miss, decision.delayMs);
    case 'recover':
      journey.current = miss.candidate;
      return;
    case 'rotate':
      return journey.leave(miss.candidate);
    case 'next-target':
      return leaveTarget(journey, miss);
    case 'stop':
      return;
    default:
      return assertNever(decision);
  }
}

async function repeat(journey: Journey, miss: Miss, delayMs: number): Promise<void> {
  const { engine, request } = journey;
  journey.noteRepeat(miss);
  if (miss.failure.class !== 'auth-suspect' && miss.failure.retryAfterMs === undefined)
    engine.retryRatio.noteRetry();
  journey.freshConnection = miss.failure.class === 'connect';
  await engine.host.clock.sleep(delayMs, request.signal);
  journey.spentMs += delayMs;
}

function leaveTarget(journey: Journey, miss: Miss): void {
  const { target } = miss.candidate;
  journey.leaveTarget(target);
  if (miss.failure.class === 'context-overflow') {
    journey.keepOnly((candidate) => isLarger(candidate.target.contextWindow, target.contextWindow));
  }
  if (miss.failure.class === 'refused-request') {
    journey.hasRefusedElsewhere = true;
    journey.keepOnly((candidate) => candidate.target.provider !== target.provider);
  }
}

function giveProbeBack(journey: Journey, keys: readonly string[] | undefined): void {
  if (keys === undefined) return;
  journey.engine.health.releaseProbes(keys, journey.request.id).catch((error: unknown) => {
    journey.engine.emit({ type: 'warning', code: 'store-fault', text: String(error) });
  });
}
