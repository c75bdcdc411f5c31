/** The words, the code and the status of the *exhausted* answer (law 11). */

import { isWaitedFor } from '../../credentials/health/mark-policy.ts';
import { type AnswerCode, joinFixes } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { CandidateVerdict } from '../../model/record.ts';
import type { RequestContext } from '../request/request-context.ts';
import { describeWait, describeWhen } from '../wording/when.ts';
import { askElsewhere, describeCandidates, operationNouns } from '../wording/wording.ts';
import { failureBehind } from './ended.ts';
import { type Exhaustion, toWireFacts } from './exhaustion.ts';
import { fixesOf, isSpareMissing, suggestFixes } from './fixes.ts';
import { moreTime } from './limit-fixes.ts';
import { fixMachine } from './on-the-way.ts';
import { type FinalError, type OwnError, toLasting } from './own-error.ts';

/**
 * Within this time a retry by the client is worthwhile; for a later end, a key or money it is not
 * (law 11).
 */
const nearEndMs = 60_000;

const howToUntie = 'make that account available again';

/** Makes the error that names every candidate, and says whether a retry is worthwhile. */
export function describeExhausted(context: RequestContext, exhaustion: Exhaustion): FinalError {
  const { candidates, cause } = exhaustion;
  const retryMs = retryAfterOf(context, exhaustion);
  const end = describeEnd(context, exhaustion);
  const common = { ...end, code: codeOfAnswer(cause, candidates), facts: toWireFacts(exhaustion) };
  return retryMs !== undefined && retryMs <= nearEndMs && !context.openRecord.mayBeDone
    ? {
        error: { ...common, status: 429, what: `${nameTrouble(context, candidates)}${end.what}` },
        headers: { 'retry-after': String(Math.ceil(retryMs / 1000)) },
      }
    : toLasting(context, common);
}

/** Agents show every 429 as a limit of the account, so the first words say what it really is. */
function nameTrouble(context: RequestContext, candidates: readonly CandidateVerdict[]): string {
  const theirs = candidates.filter((one) => !isHomemade(context, one));
  const causes = theirs.flatMap((one) => failureBehind(one) ?? []);
  const isLimit = (cause: FailureClass): boolean => rowOfClass(cause).isLimit === true;
  const isOutage = causes.some((cause) => !isLimit(cause) && isWaitedFor(cause));
  if (!causes.some(isLimit)) return isOutage ? 'Outage: ' : '';
  return isOutage ? 'Outage and limit: ' : 'Limit: ';
}

/** A limit of ours has ended it, or this machine leads elsewhere: nobody else has an outage. */
function isHomemade(context: RequestContext, candidate: CandidateVerdict): boolean {
  const { misses } = context.openRecord;
  const miss = misses.findLast((one) => one.candidate.target.id === candidate.target);
  if (miss !== undefined && fixMachine(miss.failure, miss.candidate.target) !== undefined)
    return true;
  return fixesOf(context, [candidate]).some((fix) => fix.startsWith(moreTime));
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
export function describeEnd(
  context: RequestContext,
  exhaustion: Exhaustion,
): Pick<OwnError, 'what' | 'fix'> {
  const { candidates } = exhaustion;
  const told = candidates.map((one) =>
    isSpareMissing(one, candidates)
      ? { ...one, text: one.text.replace(/^no API key/, 'no further API key') }
      : one,
  );
  const now = context.engine.host.clock.now();
  const who = describeCandidates({ ...exhaustion, candidates: told }, now);
  if (who === undefined) return describeUnspoken(context);
  const fixes = listFixes(context, candidates);
  const done = context.openRecord.mayBeDone ? '; it may have been carried out anyway' : '';
  return {
    what: `${who}${done}${blameless(candidates)}${describeFirstEnd(context, exhaustion)}`,
    fix: joinFixes(fixes),
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
