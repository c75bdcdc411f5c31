/**
 * Callers who leave before they have an answer (law 13), and what that tells later requests: how
 * long a caller waits, where its next try begins, and that a target keeps silent (law 14). Learned
 * from requests in trouble; a streamed one that is well asks nothing here.
 */

import { AccessError } from '../../errors.ts';
import type { Timer } from '../../host.ts';
import type { Lease } from '../../model/credential.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { Route, Target } from '../../model/target.ts';
import type { ReadBody } from '../../protocols/contract/protocol.ts';
import type { AttemptPlan } from '../answer/outcome.ts';
import { formatSeconds } from '../classify/classify-exception.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { goesOnByItself } from '../decide/unrepeatable.ts';
import { type EndedRequest, endedMs } from '../memory/lessons.ts';
import { readAnnounced } from '../waiting/patience.ts';
import type { Budget } from './budget.ts';
import type { Engine } from './engine.ts';
import { digestPrompt } from './prompt-digest.ts';
import type { Story } from './story.ts';

/** 10 s, less what lies between a client's clock and ours: earlier leavings say nothing. */
const shortestMs = 9900;
/** So many in a row show a limit, or silence. */
const inARow = 3;
/** Limits of one client differ by this part, for its clock starts before ours. */
const spread = 0.1;
/** Of one caller so many prompts are remembered. */
const mostPrompts = 256;
/** More of what a program says of itself is not kept. */
const longestAgent = 200;
/** The least that an attempt gets while its caller has a limit. */
const leastMs = 5000;
/** While nobody else is free, whoever becomes free is looked for this often. */
const lookMs = 1000;

interface AskedRequest {
  readonly engine: Engine;
  readonly request: AccessRequest;
  readonly body: ReadBody;
}

/** The same, with what has become of it. */
interface TriedRequest extends AskedRequest {
  readonly route: Route;
  readonly story: Pick<Story, 'misses'>;
  readonly budget: Pick<Budget, 'durationMs'>;
  readonly before?: EndedRequest | undefined;
}

/** One program with one key: a limit is its own. */
function callerOf({ caller = '', headers }: Pick<AccessRequest, 'caller' | 'headers'>): string {
  return `${caller} ${headers['user-agent']?.slice(0, longestAgent) ?? ''}`;
}

/**
 * How long its caller waits for an answer, ms: as it says itself, else as it has left before.
 * Undefined: nobody knows.
 */
export function callerLimitOf({ engine, request, body }: AskedRequest): number | undefined {
  const announced = readAnnounced(request.headers, body.stream);
  if (announced !== undefined || body.stream) return announced;
  const learned = engine.lessons.callerLimits.of(callerOf(request));
  return learned !== undefined && learned.times >= inARow ? learned.afterMs : undefined;
}

/**
 * When the caller of an answer that is not streamed will leave, monotonic ms. Undefined: nobody
 * knows, or nobody else could answer.
 */
export function findLeavingTime(asked: AskedRequest): number | undefined {
  if (asked.request.passage !== undefined) return undefined;
  const limitMs = callerLimitOf(asked);
  if (limitMs === undefined || goesOnByItself(asked.body)) return undefined;
  return asked.engine.host.clock.monotonic() + limitMs;
}

/**
 * How its caller's last request with this prompt ended, where it got no answer: found once, for one
 * successor.
 */
export function takeUnanswered(
  { engine, request, body }: AskedRequest,
  task: string,
): EndedRequest | undefined {
  const { unanswered } = engine.lessons;
  const caller = callerOf(request);
  const known = unanswered.of(caller);
  if (known === undefined) return undefined;
  const prompt = promptOf({ engine, request, body }, task);
  const now = engine.host.clock.now();
  const before = known.findLast((one) => one.prompt === prompt && now - one.at < endedMs);
  const others = known.filter((one) => one !== before);
  if (others.length === 0) unanswered.forget(caller);
  else if (before !== undefined) unanswered.learn(caller, others);
  return before;
}

function promptOf({ engine, request, body }: AskedRequest, task: string): string {
  return `${task} ${digestPrompt(body, request.body, engine.promptKey)}`;
}

/** What was under way when the caller left. */
export interface LeftBehind {
  readonly target: Target;
  readonly lease: Lease;
  readonly durationMs: number;
  /** It had not sent a byte. */
  readonly isSilent: boolean;
}

/**
 * Nobody is waiting for the answer any more. Where it was us who ended the request, that says
 * nothing of its caller.
 */
export function noteGone(tried: TriedRequest, left?: LeftBehind): void {
  const { engine, request, body, budget } = tried;
  if (request.passage !== undefined || request.signal.reason instanceof AccessError) return;
  if (!body.stream && budget.durationMs >= shortestMs)
    noteLimit(engine, callerOf(request), budget.durationMs);
  if (left?.isSilent === true) noteSilence(tried, left.lease, left.durationMs);
  const wasAsked = left !== undefined && left.durationMs >= leastMs;
  noteUnanswered(tried, 'left', wasAsked ? [left.target.id] : []);
}

/** It was told when to come again. */
export function noteRefused(tried: TriedRequest): void {
  if (tried.request.passage === undefined) noteUnanswered(tried, 'refused', []);
}

/** A caller that stays for longer has no such limit, or another one now. */
export function noteStayed({ engine, request, body, budget }: TriedRequest): void {
  const { callerLimits } = engine.lessons;
  const known = body.stream ? undefined : callerLimits.of(callerOf(request));
  if (known !== undefined && budget.durationMs > known.afterMs * (1 + spread))
    callerLimits.forget(callerOf(request));
}

function noteLimit({ lessons }: Engine, caller: string, afterMs: number): void {
  const known = lessons.callerLimits.of(caller);
  const isSame = known !== undefined && Math.abs(afterMs - known.afterMs) <= spread * known.afterMs;
  const limit = isSame
    ? { afterMs: Math.min(afterMs, known.afterMs), times: known.times + 1 }
    : { afterMs, times: 1 };
  lessons.callerLimits.learn(caller, limit);
}

function noteUnanswered(
  tried: TriedRequest,
  how: EndedRequest['how'],
  more: readonly string[],
): void {
  const { engine, request, story, route, before } = tried;
  const { unanswered } = engine.lessons;
  const caller = callerOf(request);
  const asked = story.misses.map(({ candidate }) => candidate.target.id);
  const targets = [...new Set([...(before?.targets ?? []), ...asked, ...more])];
  const at = engine.host.clock.now();
  const prompt = promptOf(tried, route.task);
  const known = (unanswered.of(caller) ?? []).filter((one) => at - one.at < endedMs);
  const hasMetLimit = how === 'left' || before?.hasMetLimit === true;
  unanswered.learn(
    caller,
    [...known, { prompt, how, hasMetLimit, targets, at }].slice(-mostPrompts),
  );
}

/** A target has shown a caller nothing until that left, or had to turn to another (law 14). */
export function noteSilence(
  { engine, request }: Pick<AskedRequest, 'engine' | 'request'>,
  lease: Lease,
  ms: number,
): void {
  if (ms < shortestMs) return;
  const { lessons, callerFacts, health } = engine;
  const known = lessons.silentLeavings.of(lease);
  const callers = [...new Set([...(known?.callers ?? []), callerOf(request)])].slice(-inARow);
  const times = (known?.times ?? 0) + 1;
  if (times < inARow || (callers.length < 2 && callerFacts.hasSeveral())) {
    lessons.silentLeavings.learn(lease, { callers, times });
    return;
  }
  lessons.silentLeavings.forget(lease);
  const text = `${times} callers in a row left after it had shown nothing for 10 s or longer`;
  const failure = createFailure('timeout', 'left-silent', text);
  health.countFailure(lease, failure);
  health.openMark(lease, failure);
}

/** What an attempt is told when half of its caller's time is over and somebody else is free. */
const rules = { silent: 'limit-caller', begun: 'limit-caller-begun' } as const;

/** The target may be no slower than it always is: it has failed this request alone. */
export function isCallersLimit({ evidence }: CutFailure): boolean {
  return evidence.rule === rules.silent || evidence.rule === rules.begun;
}

export function wasSilent({ evidence }: CutFailure): boolean {
  return evidence.rule === rules.silent;
}

/**
 * Calls back once when half of what the attempt's caller has left is over, and somebody else is
 * free then or later.
 */
export function watchCallerLimit(
  { engine, target, leavesAt, isLastTarget }: AttemptPlan,
  isSilent: () => boolean,
  onOver: (failure: CutFailure) => void,
): Timer | undefined {
  if (leavesAt === undefined) return undefined;
  const { clock } = engine.host;
  const leftMs = leavesAt - clock.monotonic();
  if (leftMs <= 0) return undefined;
  const endMs = Math.max(leastMs, leftMs / 2);
  const look = (): void => {
    if (clock.monotonic() >= leavesAt) return;
    if (isLastTarget()) {
      timer = clock.startTimer(lookMs, look);
      return;
    }
    const restMs = leavesAt - clock.monotonic();
    const [asked, rest] = [formatSeconds(leftMs - restMs), formatSeconds(restMs)];
    const text = `${target.provider} gave no answer within ${asked}, and the caller waits for ${rest} more at most`;
    onOver(createFailure('timeout', isSilent() ? rules.silent : rules.begun, text));
  };
  let timer = clock.startTimer(endMs, look);
  return { cancel: () => timer.cancel() };
}
