/**
 * Wraps the pure decision (step 5 of a request): charges the failure, rereads its source, writes
 * its mark, and reports the next step.
 */

import type { LeftOptions } from '../../credentials/health/health.ts';
import { isWaitedFor } from '../../credentials/health/mark-policy.ts';
import type { Standing } from '../../credentials/health/standing.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { SourceFault } from '../../model/credential.ts';
import type { Decision } from '../../model/decision.ts';
import { decide } from '../decide/decide.ts';
import { isMaking, mayBeDone } from '../decide/unrepeatable.ts';
import { decideOnLogin, toldToCaller } from '../request/caller-login.ts';
import { isCallersLimit, noteSilence, wasSilent } from '../request/departed-callers.ts';
import type { Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import { describeRescue, shortReason } from '../wording/wording.ts';
import { decideOnImages } from './describe-images.ts';
import { learnContextWindow } from './overflow.ts';
import { assessSituation, isOtherRefused } from './situation.ts';

/**
 * If rereading the source gave no new secret, the failure is decided once more, with the source's
 * own fault.
 */
export async function decideNext(
  context: RequestContext,
  noted: Miss,
): Promise<{ miss: Miss; decision: Decision }> {
  charge(context, noted);
  learnFromRefusal(context, noted);
  const again =
    decideOnLogin(context, noted) ??
    context.recovery.withoutPrefill(noted.candidate.target, noted.failure) ??
    decideOnImages(context, noted) ??
    decideOnPath(context, noted);
  let miss = noted;
  noteSilent(context, noted);
  let decision =
    again ?? findStop(context, miss) ?? decide(miss.failure, assessSituation(context, miss));
  const found = decision.kind === 'reread' ? await reread(context, miss) : 'another';
  if (found !== 'another') {
    if (found !== 'same') miss = context.openRecord.addFault(miss, found);
    decision = decide(miss.failure, assessSituation(context, miss));
  }
  noteUseless(context, miss, decision);
  if (isLeft(miss, decision)) decision = leave(context, miss, decision);
  context.openRecord.addDecision(decision);
  if (miss.failure.class !== 'local') tellRescue(context, miss, decision); // that has one line a minute
  return { miss, decision };
}

/**
 * Learns from a refusal for later requests. What a proxy's upstream does not serve, the proxy may
 * serve from another.
 */
function learnFromRefusal(context: RequestContext, miss: Miss): void {
  const { engine, request } = context;
  const { class: cause, speaker, message } = miss.failure;
  const isOff = cause === 'not-enabled';
  const isUnserved = cause === 'not-offered' || (isOff && request.operation !== 'generate');
  if (isUnserved && speaker?.is !== 'upstream')
    engine.lessons.unserved.learn(
      { target: miss.candidate.target, operation: request.operation },
      true,
    );
  if (cause === 'connect') engine.lessons.reachable.forget(miss.lease);
  const isToolless = cause === 'no-tools' || (isOff && /tool/i.test(message));
  if (isToolless) engine.lessons.toolless.learn(miss.candidate.target, true);
  learnContextWindow(context, miss);
}

/**
 * Half of its caller's time proves nothing about a target: silence is charged as if the caller had
 * left (law 14). The probe of a mark counts as usual.
 */
function charge(context: RequestContext, { lease, failure }: Miss): void {
  if (!isCallersLimit(failure) || lease.probeOf !== undefined)
    context.engine.health.countFailure(lease, failure);
  else if (wasSilent(failure))
    noteSilence(context, lease, context.openRecord.attempts.at(-1)?.durationMs ?? 0);
}

/** A server without the path of the client's protocol is asked in the one that all have. */
function decideOnPath(
  { candidates, budget, openRecord }: RequestContext,
  { failure, candidate }: Miss,
): Decision | undefined {
  if (failure.class !== 'not-offered' || budget.isOver || !candidates.askInChat(candidate))
    return undefined;
  const { id, protocol } = candidate.target;
  openRecord.notes.push(`${id} serves no ${protocol}: it was asked in openai-chat`);
  return { kind: 'retry', delayMs: 0, reason: 'once more in openai-chat', isAmended: true };
}

/** The task starts at the next target for a while; a good answer ends that. */
function noteUseless(
  { engine: { lessons }, route }: RequestContext,
  { failure, candidate }: Miss,
  { kind }: Decision,
): void {
  if (failure.class !== 'unusable' || kind === 'retry') return;
  const about = { task: route.task, target: candidate.target.id };
  lessons.useless.learn(about, (lessons.useless.lastOf(about) ?? 0) + 1);
}

/** Finds a reason to ask nobody, whatever the failure allows. */
function findStop(context: RequestContext, miss: Miss): Decision | undefined {
  return stopIfSpent(context) ?? stopIfDone(context, miss);
}

/** An upload was streamed, and cannot be sent again. */
function stopIfSpent({ request: { upload }, openRecord }: RequestContext): Decision | undefined {
  if (upload?.isSpent !== true) return undefined;
  const reason = `its body of ${Math.round(upload.length / 1e6)} MB went out as it came in, and cannot be sent again`;
  openRecord.notes.push(reason);
  return { kind: 'stop', reason };
}

/** The requested object may exist already. */
function stopIfDone(
  { request, body, openRecord }: RequestContext,
  { failure }: Miss,
): Decision | undefined {
  if (!mayBeDone(failure) || !isMaking(request, body)) return undefined;
  openRecord.mayBeDone = true;
  const reason =
    'it may have been carried out, and costs or creates something: it is not sent again';
  openRecord.notes.push(reason);
  return { kind: 'stop', reason };
}

/**
 * No other key helps with a silent target. Once the time for repeats is used up, it is not asked
 * again at all.
 */
function noteSilent({ budget, candidates }: RequestContext, { candidate, failure }: Miss): void {
  if (rowOfClass(failure.class).isSilence !== true) return;
  candidates.keepToKey(candidate);
  if (budget.repeatsLeftMs <= 0) candidates.leaveTarget(candidate.target);
}

function tellRescue(
  { engine, request, body }: RequestContext,
  { candidate, lease, failure }: Miss,
  decision: Decision,
): void {
  const what = shortReason(failure, candidate.target);
  const { answer: _answer, said: _said, ...kept } = failure;
  engine.emit({
    type: 'rescue',
    requestId: request.id,
    model: body.model,
    target: candidate.target.id,
    credential: lease.label,
    failure: kept,
    decision,
    text: describeRescue(what, decision),
    what,
  });
}

/** Others were answered since this attempt began: there is no outage to wait for. */
const lonelyStop: Decision = {
  kind: 'stop',
  reason: 'others are answered there, and nothing else is free',
};

/**
 * The mark is there before anybody waits for its end (law 7), and who waits for what this request
 * finds is told.
 */
function leave(context: RequestContext, miss: Miss, decision: Decision): Decision {
  const { engine, request } = context;
  const { lease, failure } = miss;
  const isWaited = decision.kind === 'wait' || decision.kind === 'retry';
  const isBlamed = lease.probeOf !== undefined || !isOtherRefused(context, miss);
  const standing = isBlamed
    ? recordMark(context, miss, { isWaited, known: () => fingerprintsTried(context, miss) })
    : engine.health.standing(lease);
  // Without a mark, as after a clock that was set back, the next attempt would follow at once.
  if (standing.state !== 'held-back') context.budget.noteUnmarked();
  if (failure.class.startsWith('auth-')) engine.rechecks.end(lease, request.id);
  else engine.rechecks.giveUp(lease, request.id);
  if (decision.kind !== 'wait' || standing.state !== 'free') return decision;
  // What a probe has met is then a failure like another, and is repeated like one.
  const usual = decide(failure, { ...assessSituation(context, miss), isProbe: false });
  return usual.kind === 'wait' ? lonelyStop : usual;
}

/**
 * Writes its mark, and into the record how long it is left alone. What failed after content had
 * come is charged to that moment.
 */
export function recordMark(
  { engine, openRecord }: RequestContext,
  { lease, failure, committedAt = lease.leasedAt }: Pick<Miss, 'lease' | 'failure' | 'committedAt'>,
  options?: LeftOptions,
): Standing {
  engine.health.openMark({ ...lease, leasedAt: committedAt }, failure, options);
  const standing = engine.health.standing(lease);
  openRecord.noteRest(standing);
  return standing;
}

/** True when the candidate is dropped for now, or its provider named a wait. */
function isLeft({ failure }: Miss, decision: Decision): boolean {
  if (decision === toldToCaller) return false; // its program acts on it, and brings another
  const isAsked = failure.retryAfterMs !== undefined && isWaitedFor(failure.class);
  if (decision.kind === 'retry') return isAsked && decision.isAmended !== true;
  return decision.kind !== 'reread';
}

/**
 * Rereads the source (law 8): a new secret is used at once; a broken source adds its fault to the
 * refusal.
 */
async function reread(
  context: RequestContext,
  { candidate, lease }: Miss,
): Promise<'another' | 'same' | SourceFault> {
  context.openRecord.reread.push(lease.fingerprint);
  const { credential } = candidate;
  if (credential === undefined) return 'same';
  const { reader } = context.engine;
  const reading = await reader.reread(credential, lease.fingerprint, context.request.signal);
  if (reading.state !== 'ok') return reading;
  return reading.fingerprint === lease.fingerprint ? 'same' : 'another';
}

/**
 * Returns the secrets known to belong to the account now: one that appears later is tried in spite
 * of its marks (law 5).
 */
function fingerprintsTried(
  { engine: { reader, config } }: RequestContext,
  { lease, candidate }: Miss,
): readonly string[] | undefined {
  if (candidate.credential?.source === 'caller') return undefined; // it has another one each hour
  if (lease.account === lease.fingerprint) return [lease.fingerprint];
  const fingerprints = [...config().pools.values()]
    .flat()
    .filter(({ account, origin }) => account === lease.account && origin === lease.origin)
    .map((credential) => reader.peek(credential))
    .flatMap((reading) => (reading.state === 'ok' ? [reading.fingerprint] : []));
  return [...new Set([lease.fingerprint, ...fingerprints])];
}
