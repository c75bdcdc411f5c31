/**
 * What one request may still spend (law 13): attempts, time for repeats on the same target, and the
 * time after which nothing new is begun. The first request to a target needs no time for repeats.
 */

import type { Clock } from '../../host.ts';
import type { Failure, FailureClass } from '../../model/failure.ts';
import type { TaskTime } from '../tasks/task-time.ts';

const attemptLimit = 12;
/**
 * For failed attempts and the pauses before repeats; waits for capacity have a time of their own.
 */
const repeatsMs = 120_000;
/** A request that has nothing to show by then begins no further attempt. */
const longestMs = 600_000;

/** What an attempt was about. */
interface ChargedAttempt {
  /** Keys of the marks that it probed. */
  readonly probeOf?: readonly string[] | undefined;
  /** What these were held back for. */
  readonly probedCauses?: readonly FailureClass[] | undefined;
  /** It is the first after a wait for capacity. */
  readonly isBehindWait: boolean;
}

export class Budget {
  readonly #clock: Clock;
  readonly #taskTime: TaskTime | undefined;
  #attempts = 0;
  #spentMs = 0;
  #hasShown = false;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Monotonic ms. */
  readonly beganAt: number;

  constructor(clock: Clock, taskTime: TaskTime | undefined) {
    this.#clock = clock;
    this.#taskTime = taskTime;
    this.startedAt = clock.now();
    this.beganAt = clock.monotonic();
  }

  get durationMs(): number {
    return this.#clock.monotonic() - this.beganAt;
  }

  get attemptsLeft(): number {
    return attemptLimit - this.#attempts;
  }

  /** For failed attempts and pauses before repeats. */
  get repeatsLeftMs(): number {
    return Math.min(repeatsMs - this.#spentMs, this.leftMs);
  }

  /** Until nothing new is begun: of the task, where it has a time of its own. */
  get leftMs(): number {
    const ownMs = this.#hasShown ? Number.POSITIVE_INFINITY : longestMs - this.durationMs;
    return this.#taskTime === undefined
      ? ownMs
      : Math.min(ownMs, this.#taskTime.endsAt - this.#clock.monotonic());
  }

  /** Nothing more may be sent. */
  get isOver(): boolean {
    return this.attemptsLeft <= 0 || this.leftMs <= 0;
  }

  /** Its own attempts or time are used up: who is free all the same was only not reached. */
  get isSpent(): boolean {
    return this.attemptsLeft <= 0 || (!this.#hasShown && this.durationMs >= longestMs);
  }

  /** The caller has a part of the answer: what goes on with it may come as late as it comes. */
  noteShown(): void {
    this.#hasShown = true;
  }

  /** A pause before a repeat. */
  spend(ms: number): void {
    this.#spentMs += ms;
  }

  /**
   * A failed attempt. A probe belongs to all who wait for it, so it costs this request nothing: the
   * one after a wait, and one that finds the mark as it was. What follows it with other keys in the
   * same moment counts like any attempt.
   */
  noteMiss(
    { probeOf, probedCauses, isBehindWait }: ChargedAttempt,
    failure: Failure,
    spentMs: number,
  ): void {
    const isAsItWas = probedCauses?.includes(failure.class) === true;
    if (isAsItWas || (probeOf !== undefined && isBehindWait)) return;
    this.#attempts += 1;
    this.#spentMs += spentMs;
  }
}
