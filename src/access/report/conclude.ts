/**
 * Ends a request that nobody answered: who was tried or skipped, why, until when, and a status that
 * agents handle well.
 */

import { isWaitedFor } from '../../credentials/health/mark-policy.ts';
import { type AnswerCode, formatFix, runShort } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { CandidateVerdict, RequestRecord } from '../../model/record.ts';
import type { Headers } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { ToldError } from '../../protocols/contract/protocol.ts';
import type { Broken } from '../answer/outcome.ts';
import type { Break } from '../answer/recover.ts';
import { noteBroken, noteRefused } from '../request/departed-callers.ts';
import type { Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { Shortage } from '../spending/wording.ts';
import { createErrorText } from '../wording/error-text.ts';
import { describeWait, describeWhen } from '../wording/when.ts';
import { askElsewhere, describeCandidates, operationNouns } from '../wording/wording.ts';
import { paraphrase } from './agent-phrases.ts';
import {
  type Exhaustion,
  failureBehind,
  surveyExhausted,
  toRecordFacts,
  toWireFacts,
} from './exhaustion.ts';
import { suggestFixes } from './fixes.ts';
import { finishRecord } from './record.ts';

/**
 * Within this time a retry by the client is worthwhile; for a later end, a key or money it is not
 * (law 11).
 */
const nearEndMs = 60_000;

const howToUntie = 'make that account available again';

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
  const refusal = requestFault(context, last);
  if (refusal?.failure.answer !== undefined) {
    writer.replyRefusal(refusal.failure.answer, { target: refusal.candidate.target.id, attempts });
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
  const { openRecord, task: limits } = context;
  const { task } = context.route;
  const seconds = (limits?.time.wholeMs ?? 0) / 1000;
  const what = `no place was free for the task "${task}" within its ${seconds} s: it takes ${limits?.slots} request(s) at a time`;
  const fix = `raise auxiliary.${task}.max_concurrency or auxiliary.${task}.timeout`;
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
 * normal finish (law 17).
 */
export function concludeBroken(context: RequestContext, outcome: Broken, target: Target): void {
  const { failure } = outcome;
  if (outcome.held !== undefined && hasOneTarget(context)) {
    outcome.held();
    return;
  }
  if (rowOfClass(failure.class).isRequestFault !== true) noteBroken(context, target);
  const first = context.recovery.underWay;
  const why =
    context.recovery.obstacle === undefined ? '' : `; not continued: ${context.recovery.obstacle}`;
  const code = first?.failure.class ?? failure.class;
  const what = `${target.id} broke off in the middle of the answer: ${failure.message}${why}`;
  const delivered = outcome.delivered ?? first?.delivered;
  tellError(context, { status: 502, code, what, fix: 'ask again', delivered });
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
  const { what: who, fix } = describeEnd(context, exhaustion);
  const what = `${target.id} broke off in the middle of the answer: ${failure.message}; no target continued it: ${who}`;
  const code = failure.class;
  noteBroken(context, target);
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

/** An error of ours whose parts are not one text yet. */
interface OwnError extends Omit<ToldError, 'message'> {
  readonly what: string;
  readonly fix?: string | undefined;
}

/**
 * Sends an error of ours, paraphrased so that no agent takes a quote in it for the provider's own.
 */
function tellError(
  { writer, request }: RequestContext,
  { what, fix, facts, ...error }: OwnError,
  headers?: Headers,
): void {
  const text = createErrorText({
    what: paraphrase(what, error.status),
    fix: fix === undefined ? undefined : { text: paraphrase(fix, error.status) },
    request: ` [holdfast request ${request.id}]`,
    facts,
  });
  writer.fail({ ...error, ...text }, headers);
}

function tellLasting(context: RequestContext, facts: Omit<OwnError, 'status'>): void {
  const { error, headers } = toLasting(context, facts);
  tellError(context, error, headers);
}

interface FinalError {
  readonly error: OwnError;
  readonly headers: Headers;
}

/** Makes an error that a retry will not fix. */
function toLasting({ protocol }: RequestContext, error: Omit<OwnError, 'status'>): FinalError {
  return {
    error: { ...error, status: protocol.lastingStatus ?? 400 },
    headers: { 'x-should-retry': 'false' },
  };
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

function describeExhausted(context: RequestContext, exhaustion: Exhaustion): FinalError {
  const { candidates, cause } = exhaustion;
  const retryMs = retryAfterOf(context, exhaustion);
  const end = describeEnd(context, exhaustion);
  const common = { ...end, code: codeOfAnswer(cause, candidates), facts: toWireFacts(exhaustion) };
  return retryMs !== undefined && retryMs <= nearEndMs && !context.openRecord.mayBeDone
    ? {
        error: { ...common, status: 429, what: `${nameTrouble(candidates)}${end.what}` },
        headers: { 'retry-after': String(Math.ceil(retryMs / 1000)) },
      }
    : toLasting(context, common);
}

/** Agents show every 429 as a limit of the account, so the first words say what it really is. */
function nameTrouble(candidates: readonly CandidateVerdict[]): string {
  const causes = candidates.flatMap((one) => failureBehind(one) ?? []);
  const isLimit = (cause: FailureClass): boolean => rowOfClass(cause).isLimit === true;
  const isOutage = causes.some((cause) => !isLimit(cause) && isWaitedFor(cause));
  if (!causes.some(isLimit)) return isOutage ? 'Outage: ' : '';
  return isOutage ? 'Outage and limit: ' : 'Limit: ';
}

/**
 * Returns the time until something comes back by itself; for a window of ours its length ± a fifth,
 * so that not all clients return at once.
 */
function retryAfterOf({ engine }: RequestContext, { comesBack }: Exhaustion): number | undefined {
  if (comesBack === undefined) return undefined;
  const { at, windowMs } = comesBack;
  const waitMs =
    windowMs === undefined
      ? at - engine.host.clock.now()
      : windowMs * (0.8 + 0.4 * engine.host.random());
  return Math.max(1000, waitMs);
}

function codeOfAnswer(
  failureClass: FailureClass | undefined,
  candidates: readonly CandidateVerdict[],
): AnswerCode {
  if (failureClass !== undefined) return failureClass;
  if (candidates.some(isBound)) return 'bound-to-account';
  return candidates.some(({ cause }) => cause === 'budget') ? 'budget' : 'exhausted';
}

function isBound({ cause }: CandidateVerdict): boolean {
  return cause === 'bound-to-account';
}

/** Names every candidate once, with its last cause and its end. */
function describeEnd(
  context: RequestContext,
  exhaustion: Exhaustion,
): Pick<OwnError, 'what' | 'fix'> {
  const { candidates } = exhaustion;
  const who = describeCandidates(exhaustion, context.engine.host.clock.now());
  if (who === undefined) return describeUnspoken(context);
  const fixes = listFixes(context, candidates);
  const done = context.openRecord.mayBeDone ? '; it may have been carried out anyway' : '';
  return {
    what: `${who}${done}${blameless(candidates)}${describeFirstEnd(context, exhaustion)}`,
    fix: fixes.length === 0 ? undefined : fixes.join('; '),
  };
}

function listFixes(
  context: RequestContext,
  candidates: readonly CandidateVerdict[],
): readonly string[] {
  if (context.openRecord.mayBeDone) return [howToRepeat(context)];
  return candidates.some(isBound) ? [untie(context)] : suggestFixes(context, candidates);
}

/** A second model would not have been asked. */
function howToRepeat({ request }: RequestContext): string {
  return request.operation === 'batches'
    ? 'list the batches, and ask again only if it is not among them'
    : 'ask again if it may be made, and paid for, twice';
}

/** Only a conversation can be sent elsewhere: what an account stores cannot. */
function untie({ request }: RequestContext): string {
  return request.passage === undefined
    ? `${howToUntie}, or send the whole conversation without the id`
    : howToUntie;
}

/** Clients show a 400 as a fault of their own request. */
function blameless(candidates: readonly CandidateVerdict[]): string {
  const asked = candidates.filter(({ cause }) => cause !== 'auth-missing');
  const isUnreached = asked.every(({ cause, heldFor }) => (heldFor ?? cause) === 'connect');
  return asked.length > 0 && isUnreached
    ? '; this is not a fault of your request: no provider could be reached'
    : '';
}

/** A single end is already in the message; this adds a probe before it. */
function describeFirstEnd({ engine }: RequestContext, exhaustion: Exhaustion): string {
  const { candidates, unlisted, until, probedEveryMs } = exhaustion;
  const ends = new Set([...candidates, ...unlisted].flatMap((one) => one.until ?? []));
  const now = engine.host.clock.now();
  const first =
    until === undefined || ends.size < 2 ? '' : `. Earliest retry ${describeWhen(until, now)}`;
  if (probedEveryMs === undefined) return first;
  return `${first}${first === '' ? '. Until then' : '; until then'} it is retried at most every ${describeWait(probedEveryMs)}`;
}

/** No target can do this operation. */
function describeUnspoken({ route, request }: RequestContext): Pick<OwnError, 'what' | 'fix'> {
  const [first] = route.targets;
  const { operation, protocol } = request;
  return operation !== 'generate' && first !== undefined
    ? {
        what: `${first.target.id} cannot be asked for ${operationNouns[operation]}: ${first.target.provider} speaks no ${protocol}`,
        fix: askElsewhere[operation],
      }
    : { what: `no target of the route "${route.task}" speaks ${protocol}` };
}
