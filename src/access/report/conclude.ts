/**
 * Ends a request that nobody answered: who was tried or skipped, why, until when, and a status that
 * agents handle well.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { formatFix, joinFixes, runShort } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { CandidateVerdict, RequestRecord } from '../../model/record.ts';
import type { Broken } from '../answer/outcome.ts';
import type { Break } from '../answer/recover.ts';
import { formatSeconds } from '../classify/classify-exception.ts';
import { findShown } from '../request/caller-login.ts';
import { noteBroken, noteRefused } from '../request/departed-callers.ts';
import type { Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { Candidate } from '../select/candidate.ts';
import type { Shortage } from '../spending/wording.ts';
import { describeEnd, describeExhausted } from './exhausted-error.ts';
import { surveyExhausted, toRecordFacts, toWireFacts } from './exhaustion.ts';
import { fixesOf } from './fixes.ts';
import { tellError, tellLasting } from './own-error.ts';
import { giveTime } from './own-fixes.ts';
import { finishRecord } from './record.ts';

/**
 * Ends the request without an answer: with a held empty one, the provider's own refusal, or our
 * typed *exhausted* error.
 */
export function concludeExhausted(context: RequestContext, last?: Miss): RequestRecord {
  const { recovery, openRecord, writer, spending } = context;
  const { underWay } = recovery;
  const attempts = openRecord.attempts.length + openRecord.resent;
  const held = openRecord.findHeld(
    (miss) => underWay === undefined || hasFailedForGood(miss) || recovery.mayBeWhole(),
  );
  if (held !== undefined) return passOn(context, held);
  if (underWay !== undefined) return concludeUnfinished(context, underWay);
  if (spending?.refusal !== undefined) return concludeUnaffordable(context, spending.refusal);
  if (last?.failure.class === 'local') return concludeBusy(context, last);
  const exhaustion = surveyExhausted(context);
  const refusal = findShown(context, last) ?? requestFault(context, last);
  if (refusal?.failure.answer !== undefined) {
    const isAsSent = refusal.candidate.credential?.source === 'caller';
    const facts = { target: refusal.candidate.target.id, attempts, isAsSent };
    writer.replyRefusal(refusal.failure.answer, facts);
  } else {
    const { error, headers } = describeExhausted(context, exhaustion);
    tellError(context, error, headers);
    if (error.status === 429) noteRefused(context);
  }
  return finishRecord(context, 'failed', toRecordFacts(exhaustion));
}

/**
 * True when the provider itself reported that the answer failed, so that passing it on does not
 * look like a success.
 */
function hasFailedForGood({ failure }: Pick<Miss, 'failure'>): boolean {
  return failure.evidence.rule === 'broken-finish';
}

/** Passes on an answer that was held back for a better one, which did not come. */
function passOn(context: RequestContext, { held, failure, candidate }: Miss): RequestRecord {
  held?.();
  const { openRecord, recovery } = context;
  const what = recovery.underWay === undefined ? 'the answer' : 'the continuation';
  openRecord.notes.push(failure.class === 'empty' ? `${what} was empty` : failure.message);
  const outcome = hasFailedForGood({ failure }) ? 'broken' : 'answered';
  return finishRecord(context, outcome, { answeredBy: candidate.target.id });
}

/**
 * This process had no resources left: a fault of ours that blames nobody and is over in a moment.
 */
function concludeBusy(context: RequestContext, { failure }: Miss): RequestRecord {
  const { message, fix, status, headers } = runShort(failure.code ?? failure.evidence.rule);
  context.engine.notices.tellShortage(message);
  tellError(context, { status, code: 'busy', what: message, fix: fix?.text }, headers);
  const fixes = fix === undefined ? [] : [fix.text];
  return finishRecord(context, 'failed', { cause: failure.class, fixes });
}

/** The task's time ran out while all its slots were taken: nothing was sent, nobody is to blame. */
export function concludeWithoutSlot(context: RequestContext): RequestRecord {
  const { openRecord, task: limits, budget } = context;
  const { task } = context.route;
  const { slots = 1 } = limits ?? {};
  const keyOf = (setting: string): string => formatKeyPath(['auxiliary', task, setting]);
  const what = `after ${formatSeconds(budget.durationMs)} no place was free for the task "${task}": it takes ${slots} request(s) at a time`;
  const more = shellLine`holdfast config set ${keyOf('max_concurrency')} ${slots + 1}`;
  const fix = `raise ${keyOf('timeout')}, or let more go at once: ${more}`;
  const code = 'own-deadline';
  tellLasting(context, { code, what, fix });
  openRecord.notes.push(what);
  return finishRecord(context, 'failed', { cause: code, fixes: [fix] });
}

/**
 * A budget of the caller, of the task or of all requests has no room: it would have to pay for any
 * other candidate too.
 */
function concludeUnaffordable(context: RequestContext, { text, fix }: Shortage): RequestRecord {
  const end =
    context.openRecord.attempts.length === 0 ? 'nothing was sent' : 'no other target was asked';
  tellLasting(context, { code: 'budget', what: `${end}: ${text}` });
  const fixes = fix === undefined ? [] : [formatFix(fix)];
  return finishRecord(context, 'failed', { cause: 'budget', fixes });
}

/**
 * A stream broke after content had reached the caller: it gets one clean in-band error, never a
 * normal finish (law 17). Returns what a person can do besides asking again.
 */
export function concludeBroken(
  context: RequestContext,
  outcome: Broken,
  { target, credential }: Candidate,
): readonly string[] {
  const { failure } = outcome;
  const place = { target: target.id, credential: credential?.id };
  const fixes = [...giveTime(context, failure, target), ...fixBroken(context, failure, place)];
  if (outcome.held !== undefined && hasOneTarget(context)) {
    outcome.held();
    return fixes;
  }
  if (isOfTarget(failure.class)) noteBroken(context, target);
  const first = context.recovery.underWay;
  const why =
    context.recovery.obstacle === undefined ? '' : `; not continued: ${context.recovery.obstacle}`;
  const code = first?.failure.class ?? failure.class;
  const what = `${target.id} broke off in the middle of the answer: ${failure.message}${why}`;
  const delivered = outcome.delivered ?? first?.delivered;
  const fix = joinFixes(fixes) ?? 'ask again';
  tellError(context, { status: 502, code, what, fix, delivered });
  return fixes;
}

/** Whoever asks the same again may meet a fault of the target, but none of ours or the caller's. */
function isOfTarget(cause: FailureClass): boolean {
  const { isRequestFault, blame } = rowOfClass(cause);
  return isRequestFault !== true && blame !== 'ourselves';
}

/** What would be refused again, or lasts, is mended as where it is refused at once. */
function fixBroken(
  context: RequestContext,
  { class: cause, speaker }: Broken['failure'],
  place: Pick<CandidateVerdict, 'target' | 'credential'>,
): readonly string[] {
  const { isRequestFault, lasts, blame } = rowOfClass(cause);
  if (isRequestFault !== true && lasts !== true && blame !== 'ourselves') return [];
  const verdict = { ...place, cause, was: 'tried', requests: 1, text: '' } as const;
  return fixesOf(context, [{ ...verdict, ...(speaker && { speaker }) }]);
}

/** True when no other candidate exists. */
function hasOneTarget({ candidates }: RequestContext): boolean {
  return new Set(candidates.places.map(({ target }) => target.id)).size === 1;
}

/** Nobody could continue a broken answer: the same single error, with everybody who was asked. */
function concludeUnfinished(
  context: RequestContext,
  { target, failure, delivered }: Break,
): RequestRecord {
  const exhaustion = surveyExhausted(context);
  const { what: who, fix: others } = describeEnd(context, exhaustion);
  const own = giveTime(context, failure, target);
  const fix = joinFixes([...own, ...(others === undefined ? [] : [others])]);
  const what = `${target.id} broke off in the middle of the answer: ${failure.message}; no target continued it: ${who}`;
  const code = failure.class;
  if (isOfTarget(code)) noteBroken(context, target);
  tellError(context, {
    status: 502,
    code,
    what,
    fix,
    delivered,
    facts: toWireFacts(exhaustion),
  });
  return finishRecord(context, 'broken', toRecordFacts(exhaustion));
}

/**
 * Returns the first refusal of the request itself, if it ended over one; an overflow wins over
 * anything later.
 */
function requestFault(context: RequestContext, last: Miss | undefined): Miss | undefined {
  const first = context.openRecord.misses.find(
    ({ failure }) => rowOfClass(failure.class).isRequestFault === true,
  );
  if (first?.failure.class === 'context-overflow') return first;
  if (last === undefined || rowOfClass(last.failure.class).isRequestFault !== true)
    return undefined;
  return isOfForeigner(context, last) ? undefined : first;
}

/**
 * True for a target that does not know an object of the request, while another one only failed for
 * the moment: it says nothing about the object.
 */
function isOfForeigner(
  { candidates: { tie }, openRecord }: RequestContext,
  { failure, candidate }: Miss,
): boolean {
  if (tie === undefined) return false;
  if (failure.class !== 'foreign-history' && !tie.isStranger(candidate)) return false;
  return openRecord.misses.some((other) => rowOfClass(other.failure.class).isRequestFault !== true);
}
