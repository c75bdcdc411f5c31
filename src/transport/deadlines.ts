/** The limits of one attempt by pace, and the one timer that watches them (law 13). */

import type { Clock, Timer } from '../host.ts';
import { defaults } from '../model/defaults.ts';
import type { Pace } from '../model/protocol.ts';
import type { AttemptLimits } from '../model/target.ts';

export type LimitName = 'response head' | 'first content' | 'idle' | 'content' | 'whole body' | 'error body';

/** Limits of one attempt, all set; milliseconds, `Infinity` where the pace has none. Those of `last` hold where no other target is free. */
export interface EffectiveLimits extends Omit<Required<AttemptLimits>, 'lastFirstContentMs'> {
  readonly last: Pick<EffectiveLimits, 'responseHeadMs' | 'firstContentMs' | 'idleMs' | 'wholeMs'>;
}

/** What of an attempt its limits depend on, besides its pace. */
export interface LimitFacts {
  /** A server of one's own: it loads a model before it answers, and reads long prompts slowly. */
  readonly isLocal: boolean;
  /** It has not been asked for a while: its model may have to be loaded first. */
  readonly isCold: boolean;
  readonly bodyBytes: number;
  /** Its vendor says that this long a silence before the first content is normal. Default: 0. */
  readonly slowStartMs?: number | undefined;
}

const { wholeAnswer } = defaults;

const never = Number.POSITIVE_INFINITY;
const seconds = (count: number): number => count * 1000;
const unlimited = { responseHeadMs: never, firstContentMs: never, idleMs: never, wholeMs: never };

/** Law 13: the table of docs/retries.md. */
const limitsByPace: Readonly<Record<Pace, EffectiveLimits>> = {
  quick: {
    ...unlimited,
    responseHeadMs: seconds(10),
    firstContentMs: seconds(10),
    idleTextMs: seconds(20),
    idleMs: seconds(60),
    contentMs: seconds(60),
    last: { ...unlimited, responseHeadMs: seconds(30), firstContentMs: seconds(60), idleMs: seconds(60) },
  },
  normal: {
    ...unlimited,
    responseHeadMs: seconds(30),
    firstContentMs: seconds(60),
    idleTextMs: seconds(30),
    idleMs: seconds(90),
    contentMs: seconds(120),
    last: { ...unlimited, responseHeadMs: seconds(60), firstContentMs: seconds(300), idleMs: seconds(90) },
  },
  thinking: {
    ...unlimited,
    responseHeadMs: seconds(60),
    firstContentMs: seconds(150),
    idleTextMs: seconds(60),
    idleMs: seconds(150),
    contentMs: seconds(300),
    last: { ...unlimited, responseHeadMs: seconds(120), firstContentMs: seconds(600), idleMs: seconds(300) },
  },
  whole: {
    ...unlimited,
    idleTextMs: never,
    contentMs: never,
    wholeMs: seconds(wholeAnswer.free),
    last: { ...unlimited, wholeMs: seconds(wholeAnswer.last) },
  },
};

/** A long prompt is read before the first word comes: so many bytes a second beyond the first ones, up to the longest. */
const promptBytes = 32 * 1024;
const bytesPerSecond = { hosted: 8 * 1024, local: 1024 };
const longestStart = { ms: seconds(300), lastMs: seconds(600) };
const localStart = { warmMs: seconds(90), coldMs: seconds(300) };

/** The limits of an attempt: the pace's, longer where the start must be slow, with what config set for this target on top. */
export function chooseLimits(pace: Pace, own: AttemptLimits, facts: LimitFacts): EffectiveLimits {
  const start = pace === 'whole' ? limitsByPace.whole : withSlowStart(limitsByPace[pace], facts);
  return Object.keys(own).length === 0 ? start : withOwn(start, own, pace);
}

function withSlowStart(limits: EffectiveLimits, facts: LimitFacts): EffectiveLimits {
  const { isLocal, isCold, bodyBytes, slowStartMs = 0 } = facts;
  const moreBytes = Math.max(0, bodyBytes - promptBytes);
  if (!isLocal && moreBytes === 0 && slowStartMs === 0) return limits;
  const moreMs = (1000 * moreBytes) / (isLocal ? bytesPerSecond.local : bytesPerSecond.hosted);
  const lastAtLeastMs = isLocal ? localStart.coldMs : 0;
  const atLeastMs = isLocal && !isCold ? localStart.warmMs : lastAtLeastMs;
  const { ms: longest, lastMs: lastLongest } = longestStart;
  const grow = (ms: number, atLeast: number, most: number): number =>
    Math.max(ms, atLeast, Math.min(Math.max(ms, atLeast) + moreMs, most));
  const { last } = limits;
  return {
    ...limits,
    responseHeadMs: grow(limits.responseHeadMs, atLeastMs, longest),
    firstContentMs: Math.max(grow(limits.firstContentMs, atLeastMs, longest), slowStartMs),
    last: {
      ...last,
      responseHeadMs: grow(last.responseHeadMs, lastAtLeastMs, lastLongest),
      firstContentMs: Math.max(grow(last.firstContentMs, lastAtLeastMs, lastLongest), slowStartMs),
    },
  };
}

function withOwn(limits: EffectiveLimits, own: AttemptLimits, pace: Pace): EffectiveLimits {
  const { last } = limits;
  const { wholeMs = limits.wholeMs, lastFirstContentMs, ...streamed } = own;
  const lastWholeMs = own.wholeMs ?? last.wholeMs;
  if (pace === 'whole') return { ...limits, wholeMs, last: { ...last, wholeMs: lastWholeMs } };
  return {
    ...limits,
    ...streamed,
    wholeMs,
    last: {
      responseHeadMs: own.responseHeadMs ?? last.responseHeadMs,
      firstContentMs: lastFirstContentMs ?? last.firstContentMs,
      idleMs: own.idleMs ?? last.idleMs,
      wholeMs: lastWholeMs,
    },
  };
}

/**
 * Watches one limit at a time with one lazily re-armed timer: noting life costs an assignment, not a timer. Life alone does not
 * go on for ever: content has a limit of its own.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #onExpired: (limit: LimitName, afterMs: number) => void;
  #timer: Timer | undefined;
  #limit: LimitName = 'response head';
  #lengthMs = Number.POSITIVE_INFINITY;
  #startedAt = 0;
  #dueAt = Number.POSITIVE_INFINITY;
  #firesAt = Number.POSITIVE_INFINITY;
  #contentMs = Number.POSITIVE_INFINITY;
  #contentDueAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onExpired: (limit: LimitName, afterMs: number) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** Starts to watch this limit, counted from now or from `since` (monotonic ms), in place of the one before. */
  watch(limit: LimitName, lengthMs: number, since: number = this.#clock.monotonic()): void {
    this.#limit = limit;
    this.#lengthMs = lengthMs;
    this.#startedAt = since;
    this.#dueAt = Math.min(since + lengthMs, this.#contentDueAt);
    if (this.#dueAt < this.#firesAt) this.#arm();
  }

  /** The limit counts from now again. */
  noteLife(): void {
    this.watch(this.#limit, this.#lengthMs);
  }

  /** Content came: whatever limit is watched, the next content must come within this long. */
  noteContent(contentMs: number = this.#contentMs): void {
    this.#contentMs = contentMs;
    this.#contentDueAt = this.#clock.monotonic() + contentMs;
  }

  /** The watched limit is longer than was thought, counted from when it began. */
  extend(lengthMs: number): void {
    this.watch(this.#limit, lengthMs, this.#startedAt);
  }

  /** How long the limit has been counting; 0 while nothing is watched. */
  elapsedMs(): number {
    return Math.max(0, this.#clock.monotonic() - this.#startedAt);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#startedAt = Number.POSITIVE_INFINITY;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#firesAt = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#firesAt = this.#dueAt;
    const waitMs = Math.max(0, this.#dueAt - this.#clock.monotonic());
    this.#timer = Number.isFinite(waitMs) ? this.#clock.startTimer(waitMs, () => this.#onTimer()) : undefined;
  }

  #onTimer(): void {
    this.#firesAt = Number.POSITIVE_INFINITY;
    if (this.#clock.monotonic() + 1 < this.#dueAt) this.#arm();
    else if (this.#dueAt === this.#contentDueAt) this.#onExpired('content', this.#contentMs);
    // As it was given: a difference of two floats is shorter by a hair, and would be taken for a limit to be extended, for ever.
    else this.#onExpired(this.#limit, this.#lengthMs);
  }
}
