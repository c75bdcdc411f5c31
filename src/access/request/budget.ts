/**
 * The limits of one request (law 13): attempts, time for repeats on the same target, and the time
 * after which nothing new begins. The first request to a target needs no time for repeats. And the
 * limit of this gateway: same-target retries stay at or below a fifth of the requests of the last
 * minute, or at ten, which prevents retry storms in an outage.
 */

import type { Clock } from '../../host.ts';
import type { Failure, FailureClass } from '../../model/failure.ts';
import type { TellWorkers } from '../../model/worker-news.ts';
import type { TaskTime } from '../tasks/task-time.ts';

const attemptLimit = 12;
/** For failed attempts and the pauses before repeats; waits for capacity have their own limit. */
const repeatsMs = 120_000;
/** A request without any content after this time begins no further attempt. */
const maxMs = 600_000;

/** The part of an attempt that the budget needs. */
interface ChargedAttempt {
  /** Keys of the marks that it probed. */
  readonly probeOf?: readonly string[] | undefined;
  /** The causes of these marks. */
  readonly probedCauses?: readonly FailureClass[] | undefined;
  /** It is the first after a wait for capacity. */
  readonly isBehindWait: boolean;
}

export class AttemptBudget {
  readonly #clock: Clock;
  readonly #taskTime: TaskTime | undefined;
  #attempts = 0;
  #spentMs = 0;
  #hasShown = false;
  /** The last failed attempt did not count. */
  #isFree = false;
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

  /** The time until nothing new begins: the task's, if it has its own. */
  get leftMs(): number {
    const ownMs = this.#hasShown ? Number.POSITIVE_INFINITY : maxMs - this.durationMs;
    return this.#taskTime === undefined
      ? ownMs
      : Math.min(ownMs, this.#taskTime.endsAt - this.#clock.monotonic());
  }

  /** Nothing more may be sent. */
  get isOver(): boolean {
    return this.attemptsLeft <= 0 || this.leftMs <= 0;
  }

  /** Its own attempts or time are used up: a free candidate was only not reached. */
  get isSpent(): boolean {
    return this.attemptsLeft <= 0 || (!this.#hasShown && this.durationMs >= maxMs);
  }

  /** The caller has a part of the answer: the rest may come at any time. */
  noteShown(): void {
    this.#hasShown = true;
  }

  /** Charges a pause before a repeat. */
  spend(ms: number): void {
    this.#spentMs += ms;
  }

  /**
   * Charges a failed attempt. A probe serves all waiting requests, so it is free: the one after a
   * wait, and one that leaves the mark as it was. Attempts with other keys right after it count
   * like any other.
   */
  noteMiss(
    { probeOf, probedCauses, isBehindWait }: ChargedAttempt,
    failure: Failure,
    spentMs: number,
  ): void {
    const isAsItWas = probedCauses?.includes(failure.class) === true;
    this.#isFree = isAsItWas || (probeOf !== undefined && isBehindWait);
    if (this.#isFree) return;
    this.#attempts += 1;
    this.#spentMs += spentMs;
  }

  /** The last attempt left no mark to wait for, so it counts, whatever it was. */
  noteUnmarked(): void {
    if (this.#isFree) this.#attempts += 1;
    this.#isFree = false;
  }
}

const shareOfRequests = 0.2;
/** This many retries a minute are always allowed. */
const floor = 10;
const bucketMs = 10_000;
const buckets = 6;

interface RetryCounts {
  requests: number;
  retries: number;
}

interface Bucket extends RetryCounts {
  /** RetryCounts ten-second steps since the clock's zero. */
  readonly at: number;
}

/** What is counted here is told at most this often. */
const tellMs = 1000;

/** RetryCounts for all workers of a gateway, in six buckets of ten seconds. */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #tell: TellWorkers | undefined;
  #untold = { requests: 0, retries: 0 };
  /** Monotonic ms. */
  #toldAt = 0;
  /** The latest is last. */
  #buckets: Bucket[] = [];

  /** `tell` is told how many. Default: nobody. */
  constructor(clock: Clock, tell?: TellWorkers) {
    this.#clock = clock;
    this.#tell = tell;
  }

  noteRequest(): void {
    this.#current().requests += 1;
    if (this.#tell !== undefined) this.#tellOthers({ requests: 1, retries: 0 });
  }

  noteRetry(): void {
    this.#current().retries += 1;
    if (this.#tell !== undefined) this.#tellOthers({ requests: 0, retries: 1 });
  }

  /** Other processes have asked so often. */
  hear({ requests, retries }: Readonly<RetryCounts>): void {
    const bucket = this.#current();
    bucket.requests += requests;
    bucket.retries += retries;
  }

  #tellOthers({ requests, retries }: Readonly<RetryCounts>): void {
    this.#untold.requests += requests;
    this.#untold.retries += retries;
    const now = this.#clock.monotonic();
    if (now - this.#toldAt < tellMs) return;
    this.#toldAt = now;
    this.#tell?.({ kind: 'retries', ...this.#untold });
    this.#untold = { requests: 0, retries: 0 };
  }

  allows(): boolean {
    this.#current();
    const sum = (count: 'requests' | 'retries'): number =>
      this.#buckets.reduce((total, bucket) => total + bucket[count], 0);
    return sum('retries') < Math.max(floor, shareOfRequests * sum('requests'));
  }

  #current(): Bucket {
    const at = Math.floor(this.#clock.monotonic() / bucketMs);
    const last = this.#buckets.at(-1);
    if (last?.at === at) return last;
    const next: Bucket = { at, requests: 0, retries: 0 };
    this.#buckets = [...this.#buckets.filter((bucket) => bucket.at > at - buckets), next];
    return next;
  }
}
