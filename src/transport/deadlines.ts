/** The time limits of one attempt by pace, and the one timer that enforces them (law 13). */

import type { Clock, Timer } from '../host.ts';
import { defaults } from '../model/defaults.ts';
import type { Pace } from '../model/protocol.ts';
import type { AttemptLimits } from '../model/target.ts';

export type LimitName =
  | 'response head'
  | 'first content'
  | 'byte'
  | 'idle'
  | 'content'
  | 'whole body'
  | 'error body';

/**
 * All limits of one attempt in milliseconds, `Infinity` if the pace has none. Those of `last` apply
 * when no other target is free.
 */
export interface EffectiveLimits extends Omit<Required<AttemptLimits>, 'lastFirstContentMs'> {
  /**
   * Longest silence between the head and the first content; pings and empty events count as bytes.
   */
  readonly byteMs: number;
  readonly last: Pick<
    EffectiveLimits,
    'responseHeadMs' | 'firstContentMs' | 'byteMs' | 'idleMs' | 'wholeMs'
  >;
}

/** A local server: it may load the model before it answers, and it reads long prompts slowly. */
export interface LocalServer {
  /** Remaining time in which it may load its model, ms. */
  readonly graceMs: number;
  /** Expected time to read the prompt, ms. */
  readonly readingMs: number;
}

/** The facts of an attempt, besides its pace, that set its limits. */
export interface LimitFacts {
  /** Absent for a vendor's server, and if the config sets the pace. */
  readonly local?: LocalServer | undefined;
  readonly bodyBytes: number;
  /** A silence before the first content that this vendor calls normal, ms. Default: 0. */
  readonly slowStartMs?: number | undefined;
}

const { wholeAnswer } = defaults;

const never = Number.POSITIVE_INFINITY;
const inMs = (count: number): number => count * 1000;
const unlimited = {
  responseHeadMs: never,
  firstContentMs: never,
  byteMs: never,
  idleMs: never,
  wholeMs: never,
};

/** Law 13: the table in docs/retries.md. */
const limitsByPace: Readonly<Record<Pace, EffectiveLimits>> = {
  quick: {
    ...unlimited,
    responseHeadMs: inMs(10),
    firstContentMs: inMs(10),
    idleTextMs: inMs(20),
    idleMs: inMs(60),
    contentMs: inMs(60),
    last: { ...unlimited, responseHeadMs: inMs(30), firstContentMs: inMs(60), idleMs: inMs(60) },
  },
  normal: {
    ...unlimited,
    responseHeadMs: inMs(30),
    firstContentMs: inMs(60),
    idleTextMs: inMs(30),
    idleMs: inMs(90),
    contentMs: inMs(120),
    last: { ...unlimited, responseHeadMs: inMs(60), firstContentMs: inMs(300), idleMs: inMs(90) },
  },
  thinking: {
    ...unlimited,
    responseHeadMs: inMs(60),
    firstContentMs: inMs(150),
    idleTextMs: inMs(60),
    idleMs: inMs(150),
    contentMs: inMs(300),
    last: { ...unlimited, responseHeadMs: inMs(120), firstContentMs: inMs(600), idleMs: inMs(300) },
  },
  whole: {
    ...unlimited,
    idleTextMs: never,
    contentMs: never,
    wholeMs: inMs(wholeAnswer.free),
    last: { ...unlimited, wholeMs: inMs(wholeAnswer.last) },
  },
};

/**
 * A long prompt takes time before the first token. Each byte beyond `promptBytes` adds to the
 * limit, at the given rate, up to a maximum.
 */
const promptBytes = 32 * 1024;
const bytesPerSecond = { hosted: 8 * 1024, local: 1024 };
const longestStart = { ms: inMs(300), lastMs: inMs(600) };
/**
 * A silent local server is given up after this long plus three times the time for reading the
 * prompt.
 */
const localSilenceMs = inMs(90);

/**
 * Starts from the pace's limits, makes them longer for a slow start, then applies the target's own
 * settings.
 */
export function chooseLimits(pace: Pace, own: AttemptLimits, facts: LimitFacts): EffectiveLimits {
  const start = pace === 'whole' ? limitsByPace.whole : withSlowStart(limitsByPace[pace], facts);
  return Object.keys(own).length === 0 ? start : withOwnLimits(start, own, { pace, ...facts });
}

/**
 * A mark's probe only has to show that a server is back: while another target is free, its head
 * must come within this time.
 */
export function withProbeHead(limits: EffectiveLimits, headMs: number): EffectiveLimits {
  return { ...limits, responseHeadMs: Math.min(limits.responseHeadMs, headMs) };
}

function withSlowStart(limits: EffectiveLimits, facts: LimitFacts): EffectiveLimits {
  const { local, bodyBytes, slowStartMs = 0 } = facts;
  const moreBytes = Math.max(0, bodyBytes - promptBytes);
  if (local === undefined && moreBytes === 0 && slowStartMs === 0) return limits;
  const moreMs =
    (1000 * moreBytes) / (local === undefined ? bytesPerSecond.hosted : bytesPerSecond.local);
  const { ms: longest, lastMs: lastLongest } = longestStart;
  const grow = (ms: number, most: number): number => Math.max(ms, Math.min(ms + moreMs, most));
  const { last } = limits;
  const lastHeadMs = grow(
    Math.max(last.responseHeadMs, local === undefined ? 0 : longest),
    lastLongest,
  );
  const silenceMs =
    local && Math.min(longest, Math.max(local.graceMs, localSilenceMs + 3 * local.readingMs));
  return {
    ...limits,
    responseHeadMs: silenceMs ?? grow(limits.responseHeadMs, longest),
    byteMs: silenceMs ?? never,
    firstContentMs: Math.max(local ? longest : grow(limits.firstContentMs, longest), slowStartMs),
    last: {
      ...last,
      responseHeadMs: lastHeadMs,
      byteMs: local === undefined ? never : lastHeadMs,
      firstContentMs: Math.max(
        local ? lastLongest : grow(last.firstContentMs, lastLongest),
        slowStartMs,
      ),
    },
  };
}

function withOwnLimits(
  limits: EffectiveLimits,
  own: AttemptLimits,
  { pace, local }: LimitFacts & { readonly pace: Pace },
): EffectiveLimits {
  const { last } = limits;
  const { wholeMs = limits.wholeMs, lastFirstContentMs, ...streamed } = own;
  const lastWholeMs = own.wholeMs ?? last.wholeMs;
  if (pace === 'whole') return { ...limits, wholeMs, last: { ...last, wholeMs: lastWholeMs } };
  // The head comes before the first content: if only one of them is set, it also replaces our
  // default for the other.
  const headWithin = (headMs: number, contentMs: number | undefined): number => {
    if (contentMs === undefined) return headMs;
    return local === undefined ? Math.min(headMs, contentMs) : contentMs;
  };
  return {
    ...limits,
    responseHeadMs: headWithin(limits.responseHeadMs, own.firstContentMs),
    ...streamed,
    byteMs: own.firstContentMs === undefined ? limits.byteMs : never,
    wholeMs,
    last: {
      responseHeadMs: own.responseHeadMs ?? headWithin(last.responseHeadMs, lastFirstContentMs),
      firstContentMs: lastFirstContentMs ?? last.firstContentMs,
      byteMs: lastFirstContentMs === undefined ? last.byteMs : never,
      idleMs: own.idleMs ?? last.idleMs,
      wholeMs: lastWholeMs,
    },
  };
}

/**
 * Enforces one limit at a time with a timer that is re-armed lazily, so that noting activity costs
 * an assignment only. Activity alone cannot extend an attempt for ever: content has a limit of its
 * own.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #onExpired: (limit: LimitName, afterMs: number) => void;
  #timer: Timer | undefined;
  /** The limit in force. */
  limit: LimitName = 'response head';
  #lengthMs = Number.POSITIVE_INFINITY;
  #startedAt = 0;
  #dueAt = Number.POSITIVE_INFINITY;
  #firesAt = Number.POSITIVE_INFINITY;
  /** Ends an attempt that shows activity but no first or next content. */
  #bound: LimitName = 'content';
  #boundMs = Number.POSITIVE_INFINITY;
  #boundDueAt = Number.POSITIVE_INFINITY;
  /** Set at the first content, monotonic ms. */
  contentAt: number | undefined;

  constructor(clock: Clock, onExpired: (limit: LimitName, afterMs: number) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** Replaces the limit in force, counting from now or from `since` (monotonic ms). */
  watch(limit: LimitName, lengthMs: number, since: number = this.#clock.monotonic()): void {
    this.limit = limit;
    this.#lengthMs = lengthMs;
    this.#startedAt = since;
    this.#dueAt = Math.min(since + lengthMs, this.#boundDueAt);
    if (this.#dueAt < this.#firesAt) this.#arm();
  }

  /** Restarts the limit. */
  noteLife(): void {
    this.watch(this.limit, this.#lengthMs);
  }

  /**
   * Called at the head. The first content must follow, and if `byteMs` is set, some byte before it.
   */
  awaitContent(
    { firstContentMs, byteMs }: Pick<EffectiveLimits, 'firstContentMs' | 'byteMs'>,
    since: number,
  ): void {
    if (!Number.isFinite(byteMs)) {
      this.watch('first content', firstContentMs, since);
      return;
    }
    this.#bind('first content', firstContentMs, since);
    this.watch('byte', byteMs);
  }

  /** Called at content: the next must come within this time. Returns now, in monotonic ms. */
  noteContent(contentMs?: number): number {
    const now = this.#clock.monotonic();
    this.contentAt ??= now;
    if (contentMs !== undefined) this.#bind('content', contentMs, now);
    else if (this.#bound === 'content') this.#boundDueAt = now + this.#boundMs;
    return now;
  }

  /** Makes an expired limit longer, counted from its original start. */
  extend(limit: LimitName, lengthMs: number): void {
    if (limit !== this.#bound) {
      this.watch(limit, lengthMs, this.#startedAt);
      return;
    }
    this.#bind(limit, lengthMs, this.#boundDueAt - this.#boundMs);
    this.watch(this.limit, this.#lengthMs, this.#startedAt);
  }

  #bind(limit: LimitName, lengthMs: number, since: number): void {
    this.#bound = limit;
    this.#boundMs = lengthMs;
    this.#boundDueAt = since + lengthMs;
  }

  /** Time since the limit's start; 0 if none is in force. */
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
    this.#timer = Number.isFinite(waitMs)
      ? this.#clock.startTimer(waitMs, () => this.#onTimer())
      : undefined;
  }

  #onTimer(): void {
    this.#firesAt = Number.POSITIVE_INFINITY;
    if (this.#clock.monotonic() + 1 < this.#dueAt) this.#arm();
    else if (this.#dueAt === this.#boundDueAt) this.#onExpired(this.#bound, this.#boundMs);
    // Report the length as given: a difference of two floats is slightly shorter and would look
    // like a limit to extend, for ever.
    else this.#onExpired(this.limit, this.#lengthMs);
  }
}
