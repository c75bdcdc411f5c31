/**
 * Learns from callers who leave before they have an answer (law 13): how long a caller waits, where
 * its retry begins, and that a target is silent (law 14). Only requests in trouble are observed; a
 * healthy stream is not.
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
import { signOfLifeMs } from '../waiting/patience.ts';
import type { AttemptBudget } from './budget.ts';
import type { Engine } from './engine.ts';
import type { OpenRecord } from './open-record.ts';
import { digestPrompt } from './prompt-digest.ts';

/** 10 s, less the difference between a client's clock and ours: to leave earlier proves nothing. */
const minDepartureMs = 9900;
/** This many in a row prove a limit, or silence. */
const inARow = 3;
/** Observed limits of one client differ by this part, because its clock starts before ours. */
const spread = 0.1;
/** Limits the prompts remembered per caller. */
const maxPrompts = 256;
/** Longer user-agents are cut. */
const maxAgentLength = 200;
/** An attempt gets at least this long when its caller has a limit. */
const minAttemptMs = 5000;
/** While nothing else is free, this checks again at this interval. */
const lookMs = 1000;

interface AskedRequest {
  readonly engine: Engine;
  readonly request: AccessRequest;
  readonly body: ReadBody;
}

/** Adds how far it came. */
interface TriedRequest extends AskedRequest {
  readonly route: Route;
  readonly openRecord: Pick<OpenRecord, 'misses'>;
  readonly budget: Pick<AttemptBudget, 'durationMs'>;
  readonly before?: EndedRequest | undefined;
}

/** Identifies a program with its key, because each has its own limit. */
function callerOf({ caller = '', headers }: Pick<AccessRequest, 'caller' | 'headers'>): string {
  return `${caller} ${headers['user-agent']?.slice(0, maxAgentLength) ?? ''}`;
}

/**
 * Returns how long its caller waits for an answer, in ms: from its headers, else from earlier
 * departures. Undefined: unknown.
 */
export function callerLimitOf({ engine, request, body }: AskedRequest): number | undefined {
  const announced = readAnnounced(request.headers, body.stream);
  if (announced !== undefined || body.stream) return announced;
  const learned = engine.lessons.callerLimits.of(callerOf(request));
  return learned !== undefined && learned.times >= inARow ? learned.afterMs : undefined;
}

const second = 1000;
const minute = 60 * second;

/** gRPC writes timeouts in hours, minutes, seconds, milli-, micro- and nanoseconds. */
const grpcUnits: Readonly<Record<string, number>> = {
  H: 60 * minute,
  M: minute,
  S: second,
  m: 1,
  u: 1 / 1000,
  n: 1 / 1_000_000,
};

const inSeconds = (text: string): number => Number(text) * second;

/** It limits only silence, which keep-alives prevent. */
const ofSilence = 'x-stainless-read-timeout';

/** Headers in which clients announce their limit, as ms. A caller may send several. */
const announcing: Readonly<Record<string, (text: string) => number>> = {
  // OpenAI for JavaScript sends it only if the call set it; Anthropic always.
  'x-stainless-timeout': inSeconds,
  // OpenAI and Anthropic for Python: how long they wait for the next byte.
  [ofSilence]: inSeconds,
  // Google's SDKs: how long the server may take.
  'x-server-timeout': inSeconds,
  // Envoy, as a client's own proxy.
  'x-envoy-expected-rq-timeout-ms': Number,
  'grpc-timeout': (text) => Number(text.slice(0, -1)) * (grpcUnits[text.slice(-1)] ?? Number.NaN),
};

/** Returns the limit that a caller announces, in ms; undefined if it announces none. */
export function readAnnounced(
  headers: Readonly<Record<string, string>>,
  isStream: boolean,
): number | undefined {
  let shortest = Number.POSITIVE_INFINITY;
  for (const name in announcing) {
    const text = headers[name];
    const limitMs = text === undefined ? 0 : (announcing[name]?.(text) ?? 0);
    const isMet = isStream && name === ofSilence && limitMs > signOfLifeMs;
    if (limitMs > 0 && limitMs < shortest && !isMet) shortest = limitMs;
  }
  return Number.isFinite(shortest) ? shortest : undefined;
}

/**
 * Returns when the caller of an answer that is not streamed will leave, monotonic ms. Undefined:
 * unknown, or nobody else could answer.
 */
export function findDepartureTime(asked: AskedRequest): number | undefined {
  if (asked.request.passage !== undefined) return undefined;
  const limitMs = callerLimitOf(asked);
  if (limitMs === undefined || goesOnByItself(asked.body)) return undefined;
  return asked.engine.host.clock.monotonic() + limitMs;
}

/**
 * Returns how its caller's last request with this prompt ended without an answer: once, for one
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

/** The attempt under way when the caller left. */
export interface LeftBehind {
  readonly target: Target;
  readonly lease: Lease;
  readonly durationMs: number;
  /** It had not sent a byte. */
  readonly isSilent: boolean;
}

/** The caller is gone. If we ended the request, that says nothing about its caller. */
export function noteGone(tried: TriedRequest, left?: LeftBehind): void {
  const { engine, request, body, budget } = tried;
  if (request.passage !== undefined || request.signal.reason instanceof AccessError) return;
  if (!body.stream && budget.durationMs >= minDepartureMs)
    noteLimit(engine, callerOf(request), budget.durationMs);
  if (left?.isSilent === true) noteSilence(tried, left.lease, left.durationMs);
  const wasAsked = left !== undefined && left.durationMs >= minAttemptMs;
  noteUnanswered(tried, 'left', wasAsked ? [left.target.id] : []);
}

/** The error said when to come again. */
export function noteRefused(tried: TriedRequest): void {
  if (tried.request.passage === undefined) noteUnanswered(tried, 'refused', []);
}

/** The answer broke off in the middle: whoever comes again for it begins elsewhere. */
export function noteBroken(tried: TriedRequest, target: Target): void {
  if (tried.request.passage === undefined) noteUnanswered(tried, 'broken', [target.id]);
}

/** A caller that stays longer has no such limit, or a new one. */
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
  const { engine, request, openRecord, route, before } = tried;
  const { unanswered } = engine.lessons;
  const caller = callerOf(request);
  const asked = openRecord.misses.map(({ candidate }) => candidate.target.id);
  const targets = [...new Set([...(before?.targets ?? []), ...asked, ...more])];
  const at = engine.host.clock.now();
  const prompt = promptOf(tried, route.task);
  const known = (unanswered.of(caller) ?? []).filter((one) => at - one.at < endedMs);
  const hasMetLimit = how === 'left' || before?.hasMetLimit === true;
  unanswered.learn(
    caller,
    [...known, { prompt, how, hasMetLimit, targets, at }].slice(-maxPrompts),
  );
}

/**
 * A target sent nothing until its caller left, or we had to switch to another (law 14). A request
 * counts once, however often it asked.
 */
export function noteSilence(
  { engine, request, openRecord }: Pick<TriedRequest, 'engine' | 'request' | 'openRecord'>,
  lease: Lease,
  ms: number,
): void {
  const isCounted = openRecord.misses.some(
    ({ lease: one, failure }) =>
      one !== lease && one.site === lease.site && one.model === lease.model && wasSilent(failure),
  );
  if (isCounted || ms < minDepartureMs) return;
  const { lessons, callerFacts, health } = engine;
  const known = lessons.silentDepartures.of(lease);
  const callers = [...new Set([...(known?.callers ?? []), callerOf(request)])].slice(-inARow);
  const times = (known?.times ?? 0) + 1;
  if (times < inARow || (callers.length < 2 && callerFacts.hasSeveral())) {
    lessons.silentDepartures.learn(lease, { callers, times });
    return;
  }
  lessons.silentDepartures.forget(lease);
  const text = `${times} callers in a row left after it had shown nothing for 10 s or longer`;
  const failure = createFailure('timeout', 'left-silent', text);
  health.countFailure(lease, failure);
  health.openMark(lease, failure);
}

/**
 * The rules of an attempt that ends when half of its caller's time is over and another candidate is
 * free.
 */
const rules = { silent: 'limit-caller', begun: 'limit-caller-begun' } as const;

/** The target may be no slower than usual: it failed only this request. */
export function isCallersLimit({ evidence }: CutFailure): boolean {
  return evidence.rule === rules.silent || evidence.rule === rules.begun;
}

export function wasSilent({ evidence }: CutFailure): boolean {
  return evidence.rule === rules.silent;
}

/**
 * Calls back once when half of the attempt's remaining caller time is over, and another candidate
 * is free then or later.
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
  const endMs = Math.max(minAttemptMs, leftMs / 2);
  const look = (): void => {
    if (clock.monotonic() >= leavesAt) return;
    if (isLastTarget?.() !== false) {
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
