/** The limits of one attempt by pace, and the one timer that watches them (law 13). */

import type { Clock, Timer } from '../host.ts';
import type { Pace } from '../model/protocol.ts';
import type { AttemptLimits } from '../model/target.ts';

export type LimitName = 'response head' | 'first content' | 'idle' | 'whole body';

/** Limits of one attempt, all set; milliseconds, `Infinity` where the pace has none. */
export type EffectiveLimits = Required<AttemptLimits>;

/** Defaults by pace; `thinking` toward loopback and private origins waits longer for the head: local models load first. */
const limitsByPace: Readonly<Record<Pace, EffectiveLimits>> = {
  quick: {
    responseHeadMs: 10_000,
    firstContentMs: 10_000,
    lastFirstContentMs: 60_000,
    idleTextMs: 20_000,
    idleMs: 60_000,
    wholeMs: Number.POSITIVE_INFINITY,
  },
  thinking: {
    responseHeadMs: 60_000,
    firstContentMs: 300_000,
    lastFirstContentMs: 600_000,
    idleTextMs: 60_000,
    idleMs: 300_000,
    wholeMs: Number.POSITIVE_INFINITY,
  },
  whole: {
    responseHeadMs: Number.POSITIVE_INFINITY,
    firstContentMs: Number.POSITIVE_INFINITY,
    lastFirstContentMs: Number.POSITIVE_INFINITY,
    idleTextMs: Number.POSITIVE_INFINITY,
    idleMs: Number.POSITIVE_INFINITY,
    wholeMs: 600_000,
  },
};
const localResponseHeadMs = 300_000;

/** The limits of an attempt: the pace's, with what config set for this target on top. */
export function chooseLimits(pace: Pace, own: AttemptLimits, isLocal: boolean): EffectiveLimits {
  const defaults = limitsByPace[pace];
  if (pace === 'whole') return own.wholeMs === undefined ? defaults : { ...defaults, wholeMs: own.wholeMs };
  const head = pace === 'thinking' && isLocal ? { responseHeadMs: localResponseHeadMs } : {};
  const { wholeMs, ...streamed } = own;
  return { ...defaults, ...head, ...streamed, wholeMs: wholeMs ?? defaults.wholeMs };
}

/** Watches one limit at a time with one lazily re-armed timer: noting life costs an assignment, not a timer. */
export class Deadline {
  readonly #clock: Clock;
  readonly #onExpired: (limit: LimitName, afterMs: number) => void;
  #timer: Timer | undefined;
  #limit: LimitName = 'response head';
  #lengthMs = Number.POSITIVE_INFINITY;
  #startedAt = 0;
  #dueAt = Number.POSITIVE_INFINITY;
  #firesAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onExpired: (limit: LimitName, afterMs: number) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** Starts to watch this limit, counted from now or from `since` (monotonic ms), in place of the one before. */
  watch(limit: LimitName, lengthMs: number, since: number = this.#clock.monotonic()): void {
    this.#limit = limit;
    this.#lengthMs = lengthMs;
    this.#startedAt = since;
    this.#dueAt = since + lengthMs;
    if (this.#dueAt < this.#firesAt) this.#arm();
  }

  /** The limit counts from now again. */
  noteLife(): void {
    this.watch(this.#limit, this.#lengthMs);
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
    else this.#onExpired(this.#limit, this.#dueAt - this.#startedAt);
  }
}
