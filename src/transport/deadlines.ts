/** The limits of one attempt by pace, and the one timer that watches them (law 13). */

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
 * Limits of one attempt, all set; milliseconds, `Infinity` where the pace has none. Those of `last`
 * hold where no other target is free.
 */
export interface EffectiveLimits extends Omit<Required<AttemptLimits>, 'lastFirstContentMs'> {
  /** Silence between the head and the first content: pings and empty events are bytes. */
  readonly byteMs: number;
  readonly last: Pick<
    EffectiveLimits,
    'responseHeadMs' | 'firstContentMs' | 'byteMs' | 'idleMs' | 'wholeMs'
  >;
}

/** A server of one's own: it loads a model before it answers, and reads long prompts slowly. */
export interface LocalServer {
  /** How much is left of the time in which it may load its model, ms. */
  readonly graceMs: number;
  /** How long it takes to read the prompt, ms. */
  readonly readingMs: number;
}

/** What of an attempt its limits depend on, besides its pace. */
export interface LimitFacts {
  /** Absent for a vendor's server, and where config says the pace. */
  readonly local?: LocalServer | undefined;
  readonly bodyBytes: number;
  /** Its vendor says that this long a silence before the first content is normal. Default: 0. */
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

/** Law 13: the table of docs/retries.md. */
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
 * A long prompt is read before the first word comes: so many bytes a second beyond the first ones,
 * up to the longest.
 */
const promptBytes = 32 * 1024;
const bytesPerSecond = { hosted: 8 * 1024, local: 1024 };
const longestStart = { ms: inMs(300), lastMs: inMs(600) };
/**
 * A server of one's own that says nothing is left after this long, and three times what it needs to
 * read the prompt.
 */
const localSilenceMs = inMs(90);

/**
 * The limits of an attempt: the pace's, longer where the start must be slow, with what config set
 * for this target on top.
 */
export function chooseLimits(pace: Pace, own: AttemptLimits, facts: LimitFacts): EffectiveLimits {
  const start = pace === 'whole' ? limitsByPace.whole : withSlowStart(limitsByPace[pace], facts);
  return Object.keys(own).length === 0 ? start : withOwnLimits(start, own, { pace, ...facts });
}

/**
 * The probe of a mark shows whether a server is back: while another target is free, it has this
 * long for its head.
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
  // Before the first content comes the head: a limit of the one that is set replaces our guess of
  // the other.
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
 * Watches one limit at a time with one lazily re-armed timer: noting life costs an assignment, not
 * a timer. Life alone does not go on for ever: content has a limit of its own.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #onExpired: (limit: LimitName, afterMs: number) => void;
  #timer: Timer | undefined;
  /** What is watched. */
  limit: LimitName = 'response head';
  #lengthMs = Number.POSITIVE_INFINITY;
  #startedAt = 0;
  #dueAt = Number.POSITIVE_INFINITY;
  #firesAt = Number.POSITIVE_INFINITY;
  /** Ends what life alone would draw out for ever: the first content, and after it the next. */
  #bound: LimitName = 'content';
  #boundMs = Number.POSITIVE_INFINITY;
  #boundDueAt = Number.POSITIVE_INFINITY;
  /** When the first content came, monotonic ms. */
  contentAt: number | undefined;

  constructor(clock: Clock, onExpired: (limit: LimitName, afterMs: number) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /**
   * Starts to watch this limit, counted from now or from `since` (monotonic ms), in place of the
   * one before.
   */
  watch(limit: LimitName, lengthMs: number, since: number = this.#clock.monotonic()): void {
    this.limit = limit;
    this.#lengthMs = lengthMs;
    this.#startedAt = since;
    this.#dueAt = Math.min(since + lengthMs, this.#boundDueAt);
    if (this.#dueAt < this.#firesAt) this.#arm();
  }

  /** The limit counts from now again. */
  noteLife(): void {
    this.watch(this.limit, this.#lengthMs);
  }

  /**
   * A head came: the first content must follow, and where bytes have a limit of their own,
   * something must come in the meantime.
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

  /** Content came: whatever limit is watched, the next content must come within this long. */
  noteContent(contentMs?: number): void {
    const now = this.#clock.monotonic();
    this.contentAt ??= now;
    if (contentMs !== undefined) this.#bind('content', contentMs, now);
    else if (this.#bound === 'content') this.#boundDueAt = now + this.#boundMs;
  }

  /** The limit that has run out is longer than was thought, counted from when it began. */
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
    this.#timer = Number.isFinite(waitMs)
      ? this.#clock.startTimer(waitMs, () => this.#onTimer())
      : undefined;
  }

  #onTimer(): void {
    this.#firesAt = Number.POSITIVE_INFINITY;
    if (this.#clock.monotonic() + 1 < this.#dueAt) this.#arm();
    else if (this.#dueAt === this.#boundDueAt) this.#onExpired(this.#bound, this.#boundMs);
    // As it was given: a difference of two floats is shorter by a hair, and would be taken for a
    // limit to be extended, for ever.
    else this.#onExpired(this.limit, this.#lengthMs);
  }
}
