/**
 * The end of a request that nobody answered: who was tried or skipped, why, until when, and the
 * status that agents act on well.
 */

import { isWaitedFor } from '../../credentials/health/mark-policy.ts';
import { type AnswerCode, runShort } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { CandidateVerdict, RequestRecord } from '../../model/record.ts';
import type { Headers } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { ToldError } from '../../protocols/contract/protocol.ts';
import type { Broken } from '../answer/outcome.ts';
import type { Break } from '../answer/recover.ts';
import type { Journey } from '../request/journey.ts';
import { noteRefused } from '../request/leavings.ts';
import type { Miss } from '../request/story.ts';
import type { Shortage } from '../spending/wording.ts';
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
import { listMends } from './mends.ts';
import { finishRecord } from './record.ts';

/**
 * An end this near is worth a retry by the client; a later one is not, nor that of a key or of
 * money (law 11).
 */
const nearEndMs = 60_000;

const howToUntie = 'make that account available again';

/**
 * Ends the request without an answer: a held empty one, the provider's own refusal, or our typed
 * *exhausted* error.
 */
export function concludeExhausted(journey: Journey, last?: Miss): RequestRecord {
  const { recovery, story, writer, purse } = journey;
  const { underWay } = recovery;
  const attempts = story.attempts.length + story.resent;
  const held = story.findHeld(
    (miss) => underWay === undefined || hasFailedForGood(miss) || recovery.mayBeWhole(),
  );
  if (held !== undefined) return passOn(journey, held);
  if (underWay !== undefined) return concludeUnfinished(journey, underWay);
  if (purse?.refusal !== undefined) return concludeUnaffordable(journey, purse.refusal);
  if (last?.failure.class === 'local') return concludeBusy(journey, last);
  const exhaustion = surveyExhausted(journey);
  const refusal = requestFault(journey, last);
  if (refusal?.failure.answer !== undefined) {
    writer.replyRefusal(refusal.failure.answer, { target: refusal.candidate.target.id, attempts });
  } else {
    const { error, headers } = describeExhausted(journey, exhaustion);
    tellError(journey, error, headers);
    if (error.status === 429) noteRefused(journey);
  }
  return finishRecord(journey, 'failed', toRecordFacts(exhaustion));
}

/** The answer has failed, by its provider's own word: passed on with that word it is no success. */
function hasFailedForGood({ failure }: Pick<Miss, 'failure'>): boolean {
  return failure.evidence.rule === 'broken-finish';
}

/** An answer that was passed over for a better one, which did not come. */
function passOn(journey: Journey, { held, failure, candidate }: Miss): RequestRecord {
  held?.();
  const { story, recovery } = journey;
  const what = recovery.underWay === undefined ? 'the answer' : 'the continuation';
  story.notes.push(failure.class === 'empty' ? `${what} was empty` : failure.message);
  const outcome = hasFailedForGood({ failure }) ? 'broken' : 'answered';
  return finishRecord(journey, outcome, { answeredBy: candidate.target.id });
}

/**
 * This process had nothing left to ask with: ours, so that nobody is blamed, and over in a moment.
 */
function concludeBusy(journey: Journey, { failure }: Miss): RequestRecord {
  const { message, howToFix, status, headers } = runShort(failure.code ?? failure.evidence.rule);
  journey.engine.notices.tellShortage(message);
  const said = withId(journey, `${message}. How to fix: ${howToFix}`);
  tellError(journey, { status, code: 'busy', message: said }, headers);
  return finishRecord(journey, 'failed', { cause: failure.class });
}

/**
 * The task's time ran out while all its places were taken: nothing was sent, nobody is to blame.
 */
export function concludeWithoutSlot(journey: Journey): RequestRecord {
  const { story, task: limits } = journey;
  const { task } = journey.route;
  const seconds = (limits?.time.wholeMs ?? 0) / 1000;
  const reason = `no place was free for the task "${task}" within its ${seconds} s: it takes ${limits?.slots} request(s) at a time`;
  const howToFix = `raise auxiliary.${task}.max_concurrency or auxiliary.${task}.timeout`;
  const message = withId(journey, `${reason}. How to fix: ${howToFix}`);
  const code = 'own-deadline';
  tellLasting(journey, { code, message });
  story.notes.push(reason);
  return finishRecord(journey, 'failed', { cause: code });
}

/**
 * A budget of the caller, of the task or of all requests has no room: whoever is asked next would
 * be paid from it too.
 */
function concludeUnaffordable(journey: Journey, { text }: Shortage): RequestRecord {
  const what = journey.story.attempts.length === 0 ? 'nothing was sent' : 'nobody else was asked';
  const message = withId(journey, `${what}: ${text}`);
  tellLasting(journey, { code: 'budget', message });
  return finishRecord(journey, 'failed', { cause: 'budget' });
}

/**
 * A stream that died after content had reached the caller: one clean in-band error, never a normal
 * finish (law 17).
 */
export function concludeBroken(journey: Journey, outcome: Broken, target: Target): void {
  const { failure } = outcome;
  if (outcome.held !== undefined && hasOneTarget(journey)) {
    outcome.held();
    return;
  }
  const first = journey.recovery.underWay;
  const why =
    journey.recovery.obstacle === undefined ? '' : `; not continued: ${journey.recovery.obstacle}`;
  const code = first?.failure.class ?? failure.class;
  const said = `${target.id} broke off in the middle of the answer: ${failure.message}${why}. How to fix: ask again`;
  const told = outcome.delivered ?? first?.delivered;
  tellError(journey, { status: 502, code, message: withId(journey, said), told });
}

/** Nobody else could have been asked. */
function hasOneTarget({ candidates }: Journey): boolean {
  return new Set(candidates.places.map(({ target }) => target.id)).size === 1;
}

/**
 * Nobody could go on with an answer that broke: the same one error, with everybody who was asked.
 */
function concludeUnfinished(
  journey: Journey,
  { target, failure, delivered: told }: Break,
): RequestRecord {
  const exhaustion = surveyExhausted(journey);
  const who = composeMessage(journey, exhaustion);
  const message = `${target.id} broke off in the middle of the answer: ${failure.message}; nobody went on with it: ${who}`;
  const code = failure.class;
  tellError(journey, { status: 502, code, message, told, facts: toWireFacts(exhaustion) });
  return finishRecord(journey, 'broken', toRecordFacts(exhaustion));
}

/** An error of ours: what it quotes makes no agent act on it as if it were the provider's own. */
function tellError({ writer }: Journey, error: ToldError, headers?: Headers): void {
  writer.fail({ ...error, message: paraphrase(error.message, error.status) }, headers);
}

function tellLasting(journey: Journey, told: Omit<ToldError, 'status'>): void {
  const { error, headers } = toLasting(journey, told);
  tellError(journey, error, headers);
}

interface ToldEnd {
  readonly error: ToldError;
  readonly headers: Headers;
}

/** To ask again as it is will not help. */
function toLasting({ protocol }: Journey, told: Omit<ToldError, 'status'>): ToldEnd {
  return {
    error: { ...told, status: protocol.lastingStatus ?? 400 },
    headers: { 'x-should-retry': 'false' },
  };
}

function withId(journey: Journey, message: string): string {
  return `${message} [holdfast request ${journey.request.id}]`;
}

/**
 * The first refusal of the request itself, when the request ended over one; that it is too long
 * stands whatever came after.
 */
function requestFault(journey: Journey, last: Miss | undefined): Miss | undefined {
  const first = journey.story.misses.find(
    ({ failure }) => rowOfClass(failure.class).isRequestFault === true,
  );
  if (first?.failure.class === 'context-overflow') return first;
  if (last === undefined || rowOfClass(last.failure.class).isRequestFault !== true)
    return undefined;
  return isOfForeigner(journey, last) ? undefined : first;
}

/**
 * Who has never seen what the request names says nothing about it, where somebody else only failed
 * at the moment.
 */
function isOfForeigner(
  { candidates: { tie }, story }: Journey,
  { failure, candidate }: Miss,
): boolean {
  if (tie === undefined) return false;
  if (failure.class !== 'foreign-history' && !tie.isStranger(candidate)) return false;
  return story.misses.some((other) => rowOfClass(other.failure.class).isRequestFault !== true);
}

function describeExhausted(journey: Journey, exhaustion: Exhaustion): ToldEnd {
  const { candidates, cause } = exhaustion;
  const retryMs = retryAfterOf(journey, exhaustion);
  const message = composeMessage(journey, exhaustion);
  const told = { code: codeOfAnswer(cause, candidates), message, facts: toWireFacts(exhaustion) };
  return retryMs !== undefined && retryMs <= nearEndMs && !journey.story.mayBeDone
    ? {
        error: { ...told, status: 429, message: `${nameTrouble(candidates)}${message}` },
        headers: { 'retry-after': String(Math.ceil(retryMs / 1000)) },
      }
    : toLasting(journey, told);
}

/** Agents show every 429 as a limit of the account: the first words say whether it is one. */
function nameTrouble(candidates: readonly CandidateVerdict[]): string {
  const causes = candidates.flatMap((one) => failureBehind(one) ?? []);
  const isLimit = (cause: FailureClass): boolean => rowOfClass(cause).isLimit === true;
  const isOutage = causes.some((cause) => !isLimit(cause) && isWaitedFor(cause));
  if (!causes.some(isLimit)) return isOutage ? 'Outage: ' : '';
  return isOutage ? 'Outage and limit: ' : 'Limit: ';
}

/**
 * Until what comes back by itself; of a window of our own its length, give or take a fifth, so that
 * not all return at once.
 */
function retryAfterOf({ engine }: Journey, { comesBack }: Exhaustion): number | undefined {
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

/** Every candidate once, its last cause and its end. */
function composeMessage(journey: Journey, exhaustion: Exhaustion): string {
  const { candidates } = exhaustion;
  const head =
    describeCandidates(exhaustion, journey.engine.host.clock.now()) ?? describeUnspoken(journey);
  const mends = listFixes(journey, candidates);
  const fix = mends.length === 0 ? '' : `. How to fix: ${mends.join('; ')}`;
  const done = journey.story.mayBeDone ? '; it may have been carried out all the same' : '';
  return withId(
    journey,
    `${head}${done}${blameless(candidates)}${describeFirstEnd(journey, exhaustion)}${fix}`,
  );
}

function listFixes(journey: Journey, candidates: readonly CandidateVerdict[]): readonly string[] {
  if (journey.story.mayBeDone) return [howToRepeat(journey)];
  return candidates.some(isBound) ? [untie(journey)] : listMends(journey, candidates);
}

/** A second model would not have been asked. */
function howToRepeat({ request }: Journey): string {
  return request.operation === 'batches'
    ? 'list the batches, and ask again only if it is not among them'
    : 'ask again if it may be made, and paid for, twice';
}

/** What an account keeps cannot be sent along, but for a conversation. */
function untie({ request }: Journey): string {
  return request.passage === undefined
    ? `${howToUntie}, or send the whole conversation without the id`
    : howToUntie;
}

/** Clients show a 400 as a fault of what they sent. */
function blameless(candidates: readonly CandidateVerdict[]): string {
  const asked = candidates.filter(({ cause }) => cause !== 'auth-missing');
  const isUnreached = asked.every(({ cause, heldFor }) => (heldFor ?? cause) === 'connect');
  return asked.length > 0 && isUnreached
    ? '; this is not a fault of your request: no provider could be reached'
    : '';
}

/** Where there is one end alone, it has been told; who is probed before it, is said too. */
function describeFirstEnd({ engine }: Journey, exhaustion: Exhaustion): string {
  const { candidates, unlisted, until, probedEveryMs } = exhaustion;
  const ends = new Set([...candidates, ...unlisted].flatMap((one) => one.until ?? []));
  const now = engine.host.clock.now();
  const first =
    until === undefined || ends.size < 2 ? '' : `. Earliest retry ${describeWhen(until, now)}`;
  if (probedEveryMs === undefined) return first;
  return `${first}${first === '' ? '. Until then' : '; until then'} one request every ${describeWait(probedEveryMs)} may ask all the same`;
}

/** Nobody there can be asked this at all. */
function describeUnspoken({ route, request }: Journey): string {
  const [first] = route.targets;
  const { operation, protocol } = request;
  return operation !== 'generate' && first !== undefined
    ? `${first.target.id} cannot be asked for ${operationNouns[operation]}: ${first.target.provider} speaks no ${protocol}. How to fix: ${askElsewhere[operation]}`
    : `no target of the route "${route.task}" speaks ${protocol}`;
}
