/**
 * One request, from the caller's model name to its answer: the only path of a request to a provider
 * (law 1). Retry, rotation and fallback are one loop over a pure decision;
 * docs/life-of-a-request.md walks through it.
 */

import type { RequestRecord } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import type { Broken, Outcome } from '../answer/outcome.ts';
import type { ReplyWriter } from '../answer/reply-writer.ts';
import { goesOnByItself, isMaking } from '../decide/unrepeatable.ts';
import { forgetSmaller } from '../memory/lessons.ts';
import { concludeBroken, concludeExhausted, concludeWithoutSlot } from '../report/conclude.ts';
import { addAnswer, addMiss, describeBegun, finishGone, finishRecord } from '../report/record.ts';
import { amend, learnAmendments } from '../request/amendments.ts';
import { noteGone, noteStayed } from '../request/departed-callers.ts';
import type { ConfiguredRequest, Engine } from '../request/engine.ts';
import type { Attempted, Miss } from '../request/open-record.ts';
import {
  bindToAccount,
  holdsOf,
  openRequest,
  type RequestContext,
} from '../request/request-context.ts';
import { needsWords } from '../request/text-only.ts';
import type { Candidate } from '../select/candidate.ts';
import { findMaker, isPlainId } from '../select/makers.ts';
import { accountOwnerOf } from '../select/tie.ts';
import { describeShort, judge, type Leased } from '../select/verdict.ts';
import type { RequestSpending } from '../spending/request-spending.ts';
import { applyDecision } from './apply-decision.ts';
import { attempt } from './attempt.ts';
import { answerTokenCount } from './count-tokens.ts';
import { decideNext, recordMark } from './decide-next.ts';
import { putIntoWords } from './describe-images.ts';
import { chooseLease } from './lease.ts';
import { notePayer, noteRenewed } from './note-payer.ts';
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
  const context = openRequest(engine, request, writer); //                    1 route
  engine.books?.begin(describeBegun(context));
  engine.retryBudget.noteRequest();
  try {
    if (!engine.health.isLoaded) await engine.health.load();
    if (context.spending !== undefined) await context.spending.lookAgain();
    if (request.operation === 'count-tokens') return await answerTokenCount(context);
    const bound = context.body.bound();
    if (bound !== undefined) await bindToAccount(context, bound);
    return await runAttempts(context);
  } catch (error) {
    if (!request.signal.aborted) throw error;
    writer.abandon();
    noteGone(context);
    return finishGone(context);
  } finally {
    context.holds?.release({ isSent: false });
    engine.books?.leave(request.id);
  }
}

async function runAttempts(context: RequestContext): Promise<RequestRecord> {
  const { task, spending } = context;
  for (;;) {
    if (task !== undefined && !(await holdSlot(context, task))) return concludeWithoutSlot(context);
    const leased = leaseAtOnce(context) ?? (await chooseLease(context)); //    2 lease
    if (leased === undefined) return concludeExhausted(context);
    if (leased === 'no-slot') return concludeWithoutSlot(context);
    if (spending !== undefined && !(await reserveMoney(context, spending, leased))) continue;
    const { outcome, attempted } = await tryOnce(context, leased); // 3 attempt, 4 classify, 6 commit
    if (!goesOnAfter(context, leased, outcome))
      return finishAttempt(context, { attempted, outcome }); // 7 record
    const noted = noteMiss(context, attempted, outcome);
    const { miss, decision } = await decideNext(context, noted) //             5 decide
      .finally(() => context.holds?.release({ isSent: true, goesOn: true }));
    if (decision.kind === 'stop') return concludeExhausted(context, miss);
    await applyDecision(context, miss, decision);
  }
}

/**
 * The way of almost every request: its first candidate is free and the secret at hand, so nothing
 * is surveyed and nothing awaited. Undefined where it takes more: see `chooseLease`.
 */
function leaseAtOnce(context: RequestContext): Leased | undefined {
  const candidate = context.holds?.turn === undefined ? context.candidates.first() : undefined;
  if (candidate === undefined || candidate.target.protocol !== context.protocol.name)
    return undefined;
  const verdict = judge(context, candidate);
  return verdict.state === 'free' && verdict.standing.state === 'free' ? verdict : undefined;
}

/**
 * What the attempt may cost is held from before it is sent until it has ended. False: it may not be
 * sent.
 */
async function reserveMoney(
  context: RequestContext,
  spending: RequestSpending,
  { candidate }: Leased,
): Promise<boolean> {
  const holds = holdsOf(context);
  if (await holds.reserve(spending, candidate)) return true;
  holds.release({ isSent: false, goesOn: true });
  if (spending.refusal !== undefined)
    context.candidates.keepOnly(() => false, describeShort(spending.refusal));
  return false;
}

/** It failed, or broke where somebody may go on with the answer: the request is not over. */
function goesOnAfter(
  { recovery }: RequestContext,
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

async function tryOnce(context: RequestContext, leased: Leased): Promise<Tried> {
  const { engine, request, protocol, writer, openRecord, recovery, task } = context;
  const { candidate, lease, secret, login } = leased;
  const { target, credential, place } = candidate;
  const last = openRecord.misses.at(-1);
  if (last !== undefined || context.candidates.skipped.size > 0) notePayer(context, candidate);
  if (credential !== undefined) place.pool?.noteUse(credential);
  if (task === undefined && (target.answersOne === true || engine.mainTurns.hasHeard))
    holdsOf(context).beginMainTurn(target);
  let outcome: Outcome | undefined;
  let hasHead = false;
  const phases = { connectMs: undefined, headMs: undefined };
  try {
    const maySeeNone = target.images === false || !engine.lessons.unseen.isEmpty;
    const isInWords = maySeeNone && needsWords(context, target);
    const { body, decoded } = isInWords ? await putIntoWords(context, target) : context;
    const startedAt = engine.host.clock.monotonic();
    const facts = {
      isAsSent: login !== undefined,
      target: target.id,
      attempts: openRecord.attempts.length + openRecord.resent + 1,
    };
    outcome = await attempt({
      engine,
      request,
      body,
      decoded,
      protocol,
      writer,
      target: askedTarget(context, candidate),
      lease,
      secret,
      login,
      facts,
      spentUsd: openRecord.usd,
      isLastTarget: () => isMaking(request, context.body) || !hasFreeTargetBesides(context, target),
      freshConnection: wantsFresh(context, candidate),
      taskTime: task?.time,
      leavesAt: context.leavesAt,
      judge: task?.judge,
      continuation: recovery.plan(target),
      keepsText: recovery.keepsText(target),
      phases,
      onHead:
        lease.probeOf === undefined
          ? undefined
          : () => {
              hasHead = true;
              noteProbeAnswered(context, leased);
            },
      onCommit: () => noteCommit(context, leased),
      onResent: () => {
        openRecord.noteResent(target);
        facts.attempts += 1;
      },
    });
    const durationMs = engine.host.clock.monotonic() - startedAt;
    return { outcome, attempted: { candidate, lease, startedAt, durationMs, phases, hasHead } };
  } finally {
    context.holds?.settle(outcome);
    if (credential !== undefined) place.pool?.noteEnd(credential);
  }
}

/**
 * The connection before has failed; or the request must not be sent twice, as may happen unseen on
 * one that was used before.
 */
function wantsFresh(
  { request, body, openRecord, protocol }: RequestContext,
  { key }: Candidate,
): boolean {
  const last = openRecord.misses.at(-1);
  if (last?.failure.class === 'connect' && last.candidate.key === key) return true;
  const mayMake = request.passage !== undefined || protocol.answersLater === true;
  return mayMake && isMaking(request, body);
}

/** A probe is answered: capacity and reachability are shown, and those who wait for them may go. */
function noteProbeAnswered({ engine, holds }: RequestContext, { lease }: Leased): void {
  engine.health.noteHead(lease);
  holds?.turn?.confirm();
}

/** The target with all that this request is changed by for it. */
function askedTarget(context: RequestContext, candidate: Candidate): Target {
  const { engine, amendments, candidates, task } = context;
  if (candidate.credential?.source === 'caller') return candidate.target; // it goes as it came
  const isAsIs = amendments.size === 0 && engine.lessons.edits.isEmpty && task?.judge === undefined;
  const target = isAsIs ? candidate.target : amend(context, candidate.target);
  return candidates.tie?.applyTo(target, candidate) ?? target;
}

function noteMiss(
  context: RequestContext,
  attempted: Attempted,
  outcome: Parameters<typeof addMiss>[2],
): Miss {
  if (outcome.kind === 'broken') beginRest(context, attempted, outcome);
  return addMiss(context, attempted, outcome);
}

/** The caller has a part of the answer: later attempts ask for the rest (law 16). */
function beginRest(context: RequestContext, { candidate }: Attempted, outcome: Broken): void {
  const { recovery, budget, writer, request } = context;
  // The rest is a request of ours, which no login of a caller is for.
  if (request.login !== undefined) request.login.target = undefined;
  noteMade(context, candidate, outcome.made);
  recovery.begin(candidate.target, outcome);
  const reason = 'it takes no partial answer of its own, and the answer that broke is JSON';
  context.candidates.keepOnly((target) => recovery.mayAsk(target), { cause: 'protocol', reason });
  budget.noteShown();
  writer.expectRest();
}

/**
 * The secret is proven and its older marks end; the conversation stays with it, and who waited for
 * it goes on.
 */
function noteCommit(context: RequestContext, leased: Leased): void {
  const { engine, request, holds } = context;
  const { candidate, lease } = leased;
  engine.health.noteSuccess(lease);
  const { unserved, silentDepartures, callerLimits } = engine.lessons;
  if (!unserved.isEmpty)
    unserved.forget({ target: candidate.target, operation: request.operation });
  if (!silentDepartures.isEmpty) silentDepartures.forget(lease);
  if (!callerLimits.isEmpty) noteStayed(context);
  holds?.turn?.confirm();
  if (!engine.rechecks.isIdle) engine.rechecks.end(lease, request.id);
  if (context.amendments.size > 0) learnAmendments(context, candidate.target);
  if (leased.login !== undefined) noteRenewed(context, candidate.target, leased.login);
  else if ((candidate.place.pool?.credentials.length ?? 0) > 1) noteMoved(context, leased);
}

/** The conversation stays with the key that answers. */
function noteMoved({ candidates, openRecord }: RequestContext, { candidate, lease }: Leased): void {
  const left = candidates.noteAnswered(candidate);
  if (left !== undefined)
    openRecord.notes.push(`the conversation moved from ${left.label} to ${lease.label}`);
}

/** Remembers ids in answer and request that only this account understands. */
function noteMade(
  { engine, request, candidates }: RequestContext,
  candidate: Candidate,
  names: readonly string[] = [],
): void {
  if (request.onListed !== undefined) request.onListed(accountOwnerOf(candidate));
  const clean = names.filter((name) => isPlainId(name, engine.redactor));
  if (clean.length === 0 || request.onListed !== undefined) return;
  const { tie } = candidates;
  const { operation } = request;
  const isKept = operation === 'files' || operation === 'batches';
  const owner = { ...accountOwnerOf(candidate), ...(isKept && { isLasting: true as const }) };
  const [named, made] = [true, false].map((isNamed) =>
    clean.filter((name) => (tie?.names.includes(name) === true) === isNamed),
  );
  engine.bindings.remember(named ?? [], owner);
  engine.bindings.remember(made ?? [], { ...owner, maker: findMaker(request, tie?.maker) });
}

/** An attempt that ends the request. */
interface LastTried extends Tried {
  readonly outcome: Exclude<Outcome, { kind: 'failed' }>;
}

/**
 * An answer in the background is counted where its end is first told: if not here, where it is
 * fetched.
 */
function noteOwed({ engine, body, holds }: RequestContext, tried: LastTried): LastTried {
  const { attempted, outcome } = tried;
  const isTold = outcome.kind === 'answered' && outcome.usage !== undefined;
  const [name] = outcome.made ?? [];
  if (isTold || name === undefined || !isPlainId(name, engine.redactor)) return tried;
  if (!goesOnByItself(body)) return tried;
  const { candidate } = attempted;
  const debt = { target: candidate.target.id, booking: holds?.booking };
  engine.bindings.owe(name, accountOwnerOf(candidate), debt);
  return { attempted: { ...attempted, isOwed: true }, outcome: { ...outcome, usage: undefined } };
}

function finishAttempt(context: RequestContext, tried: LastTried): RequestRecord {
  const { engine, request, openRecord, task, protocol } = context;
  const { attempted, outcome } = protocol.answersLater === true ? noteOwed(context, tried) : tried;
  const { candidate, lease } = attempted;
  if (outcome.kind === 'client-gone') {
    noteGone(context, { ...attempted, target: candidate.target, isSilent: outcome.isSilent });
    openRecord.addAttempt(attempted, outcome);
    if (outcome.made !== undefined) noteMade(context, candidate, outcome.made);
    context.holds?.release({ isSent: true });
    return finishGone(context);
  }
  addAnswer(context, attempted, outcome);
  if (outcome.made?.length !== 0) noteMade(context, candidate, outcome.made);
  if (outcome.kind === 'answered') {
    const { contextWindows, useless } = engine.lessons;
    const { tie } = context.candidates;
    if (tie !== undefined) noteMade(context, candidate, tie.names);
    if (task !== undefined)
      useless.forget({ task: context.route.task, target: candidate.target.id });
    engine.health.noteWhole(lease);
    if (!contextWindows.isEmpty)
      forgetSmaller(contextWindows, { lease, headers: request.headers }, outcome.usage);
  }
  context.holds?.release({ isSent: true });
  const answeredBy = candidate.target.id;
  if (outcome.kind !== 'broken') return finishRecord(context, outcome.kind, { answeredBy });
  engine.health.countFailure(lease, outcome.failure);
  recordMark(context, { lease, ...outcome });
  const fixes = concludeBroken(context, outcome, candidate);
  return finishRecord(context, outcome.kind, { answeredBy, fixes });
}
