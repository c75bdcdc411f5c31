/**
 * Prevents retry storms in an outage: same-target retries stay at or below a fifth of the requests
 * of the last minute, or at ten.
 */

import type { Clock } from '../../host.ts';

const shareOfRequests = 0.2;
/** This many retries a minute are always allowed. */
const floor = 10;
const bucketMs = 10_000;
const buckets = 6;

interface Bucket {
  /** Counts ten-second steps since the clock's zero. */
  readonly at: number;
  requests: number;
  retries: number;
}

/** Counts per process, in six buckets of ten seconds. */
export class RetryRatio {
  readonly #clock: Clock;
  /** The latest is last. */
  #buckets: Bucket[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  noteRequest(): void {
    this.#current().requests += 1;
  }

  noteRetry(): void {
    this.#current().retries += 1;
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
