/** Chooses the limits of an attempt (law 13), and learns from its timing for the next. */

import type { Pace } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { bytesPerToken } from '../../protocols/content/count-text.ts';
import {
  chooseLimits,
  type EffectiveLimits,
  type LimitName,
  type LocalServer,
  withProbeHead,
} from '../../transport/deadlines.ts';
import type { AttemptPlan, OngoingAttempt } from '../answer/outcome.ts';
import type { Lessons } from '../memory/lessons.ts';

/** While another target is free, a streamed probe waits this long for its head (law 7). */
const probeHeadMs = { hosted: 5000, local: 15_000 };
/** A local server that was not used recently may load its model for this long, once. */
const graceMs = 300_000;
/** This many slow heads in a row, without a fast one, are not chance. */
const slowInARow = 3;
/**
 * Tokens of a prompt per second that a local server is assumed to process before it was measured.
 */
const unmeasuredPace = 60;
/** Shorter prompts measure the network rather than the processing. */
const measuredFrom = 256;

/** The pace determines the limits. */
export function choosePace(body: AttemptPlan['body'], target: Target): Pace {
  if (!body.stream) return 'whole';
  if (target.pace !== undefined) return target.pace;
  const { reasoningEffort } = target;
  const isAsked =
    body.asksReasoning || (reasoningEffort !== undefined && reasoningEffort !== 'none');
  if (isAsked) return 'thinking';
  if (body.refusesReasoning || reasoningEffort === 'none' || target.thinks === false)
    return 'quick';
  return target.thinks === true ? 'thinking' : 'normal';
}

interface Planned {
  readonly limits: EffectiveLimits;
  /** A local server that may have to load its model first. */
  readonly wasCold: boolean;
}

export function planLimits(plan: AttemptPlan, pace: Pace, now: number): Planned {
  const { target, body, lease } = plan;
  const { slowStartMs, limits: own, isLocal = false } = target;
  const { byteLength: bodyBytes } = body;
  const server = isLocal ? readLocalServer(plan, now) : undefined;
  // A pace set by config applies unchanged.
  const local = target.pace === undefined ? server : undefined;
  const limits = chooseLimits(pace, own, { local, slowStartMs, bodyBytes });
  const isCut = lease.probeOf !== undefined && pace !== 'whole';
  return {
    limits: isCut ? withProbeHead(limits, chooseProbeHead(plan)) : limits,
    wasCold: (server?.graceMs ?? 0) > 0,
  };
}

/**
 * The grace starts with the first request to a cold server, and does not start again before it has
 * answered.
 */
function readLocalServer({ engine, target, body }: AttemptPlan, now: number): LocalServer {
  const { warm, coldSince, readingPace } = engine.lessons;
  const isCold = warm.of(target) === undefined;
  const since = coldSince.of(target) ?? now;
  if (isCold && coldSince.of(target) === undefined) coldSince.learn(target, now);
  const tokens = body.byteLength / bytesPerToken;
  return {
    graceMs: isCold ? Math.max(0, since + graceMs - now) : 0,
    readingMs: (1000 * tokens) / (readingPace.of(target) ?? unmeasuredPace),
  };
}

/**
 * A target whose heads are usually slow gets one and a half times their duration. Always leaving
 * early would exclude it for ever, so one probe in 15 min gets its full time.
 */
function chooseProbeHead({ engine, target }: AttemptPlan): number {
  const { slowHeads, cutProbes } = engine.lessons;
  if (cutProbes.lastOf(target) === true && cutProbes.of(target) === undefined) {
    cutProbes.learn(target, true);
    return Number.POSITIVE_INFINITY;
  }
  const { times, leastMs } = slowHeads.of(target) ?? { times: 0, leastMs: 0 };
  return times < slowInARow ? shortHeadOf(target) : 1.5 * leastMs;
}

function shortHeadOf({ isLocal }: Target): number {
  return probeHeadMs[isLocal === true ? 'local' : 'hosted'];
}

/**
 * A head came, good or not: the server is alive. `headMs`: for a streamed answer, the time since
 * its request was sent.
 */
export function noteHead(
  { engine: { lessons }, target }: AttemptPlan,
  headMs: number | undefined,
): void {
  if (target.isLocal === true) {
    lessons.warm.learn(target, true);
    if (lessons.coldSince.of(target) !== undefined) lessons.coldSince.forget(target);
  }
  if (!lessons.cutProbes.isEmpty) lessons.cutProbes.forget(target);
  if (headMs !== undefined && (headMs > probeHeadMs.hosted || !lessons.slowHeads.isEmpty))
    noteSlowness(lessons, target, headMs);
}

/** A fast head shows that the slow ones before were chance. */
function noteSlowness({ slowHeads }: Lessons, target: Target, headMs: number): void {
  const { times, leastMs } = slowHeads.of(target) ?? { times: 0, leastMs: headMs };
  if (headMs <= shortHeadOf(target)) slowHeads.forget(target);
  else slowHeads.learn(target, { times: times + 1, leastMs: Math.min(leastMs, headMs) });
}

/** A probe was left before its head came. */
export function noteHeadless(
  { engine: { lessons }, target, lease }: AttemptPlan,
  afterMs: number,
): void {
  const isCut = lease.probeOf !== undefined && afterMs <= shortHeadOf(target);
  if (isCut && lessons.cutProbes.lastOf(target) === undefined)
    lessons.cutProbes.learn(target, true);
}

/**
 * Measures processing at a local server: keeps the slowest of an hour, because a cached prompt is
 * skipped.
 */
export function noteReading(
  { plan, deadline, startedAt }: OngoingAttempt,
  usage: Usage | undefined,
  wasCold: boolean,
): void {
  const { engine, target } = plan;
  const { inputTokens = 0, cachedTokens = 0 } = usage ?? {};
  const readTokens = inputTokens - cachedTokens;
  if (wasCold || deadline.contentAt === undefined || readTokens < measuredFrom) return;
  const { readingPace } = engine.lessons;
  const pace = (1000 * readTokens) / Math.max(1, deadline.contentAt - startedAt);
  if (pace < (readingPace.of(target) ?? Number.POSITIVE_INFINITY)) readingPace.learn(target, pace);
}

type LastLimit = (attempt: Pick<OngoingAttempt, 'limits'>, afterMs: number) => number;

/** The limits for the last target, 0 for none; read only when the shorter one has run out. */
export const lastLimits: Readonly<Record<LimitName, LastLimit>> = {
  'response head': ({ limits }) => limits.last.responseHeadMs,
  'first content': ({ limits }) => limits.last.firstContentMs,
  byte: ({ limits }) => limits.last.byteMs,
  idle: ({ limits }, afterMs) => (afterMs === limits.idleMs ? limits.last.idleMs : 0),
  content: () => 0,
  'whole body': ({ limits }) => limits.last.wholeMs,
  'error body': () => 0,
};
