/**
 * One request, from the caller's model name to its answer: the only path of a request to a provider
 * (law 1). Retry, rotation and fallback are one loop over a pure decision;
 * docs/life-of-a-request.md walks through it.
 */

import type { RequestRecord } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import type { Broken, Outcome } from '../answer/outcome.ts';
import type { ReplyWriter } from '../answer/reply-writer.ts';
import { isMaking } from '../decide/unrepeatable.ts';
import { forgetSmaller } from '../memory/lessons.ts';
import { concludeBroken, concludeExhausted, concludeWithoutSlot } from '../report/conclude.ts';
import { addAnswer, addMiss, finishRecord } from '../report/record.ts';
import { amend, learnAmendments } from '../request/amendments.ts';
import type { ConfiguredRequest, Engine } from '../request/engine.ts';
import { beginJourney, bindToAccount, holdsOf, type Journey } from '../request/journey.ts';
import { noteGone, noteStayed } from '../request/leavings.ts';
import type { Attempted, Miss } from '../request/story.ts';
import { needsWords } from '../request/text-only.ts';
import type { Candidate } from '../select/candidates.ts';
import { accountOwnerOf } from '../select/tie.ts';
import { describeShort, judge, type Leased } from '../select/verdict.ts';
import type { Purse } from '../spending/purse.ts';
import { attempt } from './attempt.ts';
import { carryOutDecision } from './carry-out.ts';
import { answerTokenCount } from './count-tokens.ts';
import { decideNext, recordMark } from './decide-next.ts';
import { putIntoWords } from './describe-images.ts';
import { chooseLease } from './lease.ts';
import { notePayer } from './note-payer.ts';
import { hasFreeTargetBesides } from './situation.ts';
import { holdSlot } from './take-turns.ts';

/**
 * Resolves when the answer has ended, well or not. Throws `RequestError` for a body or model that
 * cannot be used.
 */
export async function access(
  engine: Engine,
  request: ConfiguredRequest,
  writer: ReplyWriter,
): Promise<RequestRecord> {
  const journey = beginJourney(engine, request, writer); //                    1 route
  engine.retryBudget.noteRequest();
  try {
    if (!engine.health.isLoaded) await engine.health.load();
    if (journey.purse !== undefined && !engine.ledger.isLoaded) await engine.ledger.load();
    if (request.operation === 'count-tokens') return await answerTokenCount(journey);
    const bound = journey.body.bound();
    if (bound !== undefined) await bindToAccount(journey, bound);
    return await travel(journey);
  } catch (error) {
    if (!request.signal.aborted) throw error;
    writer.abandon();
    noteGone(journey);
    return finishRecord(journey, 'client-gone');
  } finally {
    journey.holds?.release({ isSent: false });
  }
}

async function travel(journey: Journey): Promise<RequestRecord> {
  const { task, purse } = journey;
  if (task !== undefined && !(await holdSlot(journey, task))) return concludeWithoutSlot(journey);
  for (;;) {
    const leased = leaseAtOnce(journey) ?? (await chooseLease(journey)); //    2 lease
    if (leased === undefined) return concludeExhausted(journey);
    if (task !== undefined && !(await holdSlot(journey, task))) return concludeWithoutSlot(journey);
    if (purse !== undefined && !reserveMoney(journey, purse, leased)) continue;
    const { outcome, attempted } = await tryOnce(journey, leased); // 3 attempt, 4 classify, 6 commit
    if (!goesOnAfter(journey, leased, outcome)) return arrive(journey, attempted, outcome); // 7 record
    const noted = noteMiss(journey, attempted, outcome);
    const { miss, decision } = await decideNext(journey, noted) //             5 decide
      .finally(() => journey.holds?.release({ isSent: true, goesOn: true }));
    if (decision.kind === 'stop') return concludeExhausted(journey, miss);
    await carryOutDecision(journey, miss, decision);
  }
}

/**
 * The way of almost every request: its first candidate is free and the secret at hand, so nothing
 * is surveyed and nothing awaited. Undefined where it takes more: see `chooseLease`.
 */
function leaseAtOnce(journey: Journey): Leased | undefined {
  const candidate = journey.holds?.turn === undefined ? journey.candidates.first() : undefined;
  if (candidate === undefined || candidate.target.protocol !== journey.protocol.name)
    return undefined;
  const verdict = judge(journey, candidate);
  return verdict.state === 'free' && verdict.standing.state === 'free' ? verdict : undefined;
}

/**
 * What the attempt may cost is held from before it is sent until it has ended. False: it may not be
 * sent.
 */
function reserveMoney(journey: Journey, purse: Purse, { candidate }: Leased): boolean {
  const holds = holdsOf(journey);
  if (holds.reserve(purse, candidate)) return true;
  holds.release({ isSent: false, goesOn: true });
  if (purse.refusal !== undefined)
    journey.candidates.keepOnly(() => false, describeShort(purse.refusal));
  return false;
}

/** It failed, or broke where somebody may go on with the answer: the request is not over. */
function goesOnAfter(
  { recovery }: Journey,
  { candidate }: Leased,
  outcome: Outcome,
): outcome is Extract<Outcome, { kind: 'failed' }> | Broken {
  if (outcome.kind !== 'broken') return outcome.kind === 'failed';
  return recovery.mayContinue(candidate.target, outcome);
}

interface Tried {
  readonly outcome: Outcome;
  readonly attempted: Attempted;
}

async function tryOnce(journey: Journey, leased: Leased): Promise<Tried> {
  const { engine, request, protocol, writer, story, recovery, task } = journey;
  const { candidate, lease, secret } = leased;
  const { target, credential, place } = candidate;
  const last = story.misses.at(-1);
  if (last !== undefined || journey.candidates.skipped.size > 0) notePayer(journey, candidate);
  if (credential !== undefined) place.pool?.noteUse(credential);
  if (task === undefined && (target.answersOne === true || engine.mainTurns.hasHeard))
    holdsOf(journey).beginMainTurn(target);
  let outcome: Outcome | undefined;
  try {
    const maySeeNone = target.images === false || !engine.lessons.unseen.isEmpty;
    const isInWords = maySeeNone && needsWords(journey, target);
    const { body, carriage } = isInWords ? await putIntoWords(journey, target) : journey;
    const startedAt = engine.host.clock.monotonic();
    const facts = { target: target.id, attempts: story.attempts.length + story.resent + 1 };
    outcome = await attempt({
      engine,
      request,
      body,
      carriage,
      protocol,
      writer,
      target: askedTarget(journey, candidate),
      lease,
      secret,
      facts,
      spentUsd: story.usd,
      isLastTarget: () => isMaking(request, journey.body) || !hasFreeTargetBesides(journey, target),
      freshConnection: wantsFresh(journey, candidate),
      taskTime: task?.time,
      leavesAt: journey.leavesAt,
      judge: task?.judge,
      continuation: recovery.plan(target),
      keepsText: recovery.keepsText(target),
      onHead: lease.probeOf === undefined ? undefined : () => noteProbeAnswered(journey, leased),
      onCommit: () => noteCommit(journey, leased),
      onResent: () => {
        story.noteResent(target);
        facts.attempts += 1;
      },
    });
    const durationMs = engine.host.clock.monotonic() - startedAt;
    return { outcome, attempted: { candidate, lease, startedAt, durationMs } };
  } finally {
    journey.holds?.settle(outcome);
    if (credential !== undefined) place.pool?.noteEnd(credential);
  }
}

/**
 * The connection before has failed; or the request must not be sent twice, as may happen unseen on
 * one that was used before.
 */
function wantsFresh({ request, body, story, protocol }: Journey, { key }: Candidate): boolean {
  const last = story.misses.at(-1);
  if (last?.failure.class === 'connect' && last.candidate.key === key) return true;
  const mayMake = request.passage !== undefined || protocol.answersLater === true;
  return mayMake && isMaking(request, body);
}

/** A probe is answered: capacity and reachability are shown, and those who wait for them may go. */
function noteProbeAnswered({ engine, holds }: Journey, { lease }: Leased): void {
  engine.health.noteHead(lease);
  holds?.turn?.confirm();
}

/** The target with all that this request is changed by for it. */
function askedTarget(journey: Journey, candidate: Candidate): Target {
  const { engine, amendments, candidates, task } = journey;
  const isAsIs = amendments.size === 0 && engine.lessons.edits.isEmpty && task?.judge === undefined;
  const target = isAsIs ? candidate.target : amend(journey, candidate.target);
  return candidates.tie?.applyTo(target, candidate) ?? target;
}

function noteMiss(
  journey: Journey,
  attempted: Attempted,
  outcome: Parameters<typeof addMiss>[2],
): Miss {
  if (outcome.kind === 'broken') beginRest(journey, attempted, outcome);
  return addMiss(journey, attempted, outcome);
}

/** The caller has a part of the answer: later attempts ask for the rest (law 16). */
function beginRest(journey: Journey, { candidate }: Attempted, outcome: Broken): void {
  const { recovery, budget, writer } = journey;
  noteMade(journey, candidate, outcome.made);
  recovery.begin(candidate.target, outcome);
  const reason = 'it takes no partial answer of its own, and the answer that broke is JSON';
  journey.candidates.keepOnly((target) => recovery.mayAsk(target), { cause: 'protocol', reason });
  budget.noteShown();
  writer.expectRest();
}

/**
 * The secret is proven and its older marks end; the session stays with it, and who waited for it
 * goes on.
 */
function noteCommit(journey: Journey, leased: Leased): void {
  const { engine, request, candidates, holds } = journey;
  const { candidate, lease } = leased;
  const { session } = candidates;
  engine.health.noteSuccess(lease);
  const { unserved, silentLeavings, callerLimits } = engine.lessons;
  if (!unserved.isEmpty)
    unserved.forget({ target: candidate.target, operation: request.operation });
  if (!silentLeavings.isEmpty) silentLeavings.forget(lease);
  if (!callerLimits.isEmpty) noteStayed(journey);
  holds?.turn?.confirm();
  if (!engine.rechecks.isIdle) engine.rechecks.end(lease, request.id);
  if (journey.amendments.size > 0) learnAmendments(journey, candidate.target);
  if (session !== undefined && candidate.place.pool !== undefined)
    engine.stickiness.bind(session, candidate.target.id, lease.credentialId);
}

/** Remembers ids in answer and request that only this account understands. */
function noteMade({ engine }: Journey, candidate: Candidate, names: readonly string[] = []): void {
  // Stored in the state file: no secret (law 20), and an id has no spaces, while prompts have (law
  // 2).
  const clean = names.filter((name) => !/\s/.test(name) && !engine.redactor.mentions(name));
  if (clean.length > 0) engine.bindings.remember(clean, accountOwnerOf(candidate));
}

/** Finishes the attempt that ends the request. */
function arrive(
  journey: Journey,
  attempted: Attempted,
  outcome: Exclude<Outcome, { kind: 'failed' }>,
): RequestRecord {
  const { engine, request, story, task } = journey;
  const { candidate, lease } = attempted;
  if (outcome.kind === 'client-gone') {
    noteGone(journey, { ...attempted, target: candidate.target, isSilent: outcome.isSilent });
    story.addAttempt(attempted, outcome);
    journey.holds?.release({ isSent: true });
    return finishRecord(journey, 'client-gone');
  }
  addAnswer(journey, attempted, outcome);
  if (outcome.made?.length !== 0) noteMade(journey, candidate, outcome.made);
  if (outcome.kind === 'answered') {
    const { contextWindows, useless } = engine.lessons;
    const { tie } = journey.candidates;
    if (tie !== undefined) noteMade(journey, candidate, tie.names);
    if (task !== undefined)
      useless.forget({ task: journey.route.task, target: candidate.target.id });
    engine.health.noteWhole(lease);
    if (!contextWindows.isEmpty)
      forgetSmaller(contextWindows, { lease, headers: request.headers }, outcome.usage);
  }
  journey.holds?.release({ isSent: true });
  if (outcome.kind === 'broken') {
    engine.health.countFailure(lease, outcome.failure);
    recordMark(journey, { lease, ...outcome });
    concludeBroken(journey, outcome, candidate.target);
  }
  return finishRecord(journey, outcome.kind, { answeredBy: candidate.target.id });
}
