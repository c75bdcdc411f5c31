/** Keeps an outage from becoming a storm: same-target retries stay at or below a fifth of the requests of the last minute. */

import type { Clock } from '../../host.ts';

const shareOfRequests = 0.2;
/** So many retries a minute are always allowed. */
const floor = 10;
const bucketMs = 10_000;
const buckets = 6;

/** Counts per process, in six buckets of ten seconds. */
export class RetryRatio {
  readonly #clock: Clock;
  readonly #requests = new Array<number>(buckets).fill(0);
  readonly #retries = new Array<number>(buckets).fill(0);
  #bucket = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  noteRequest(): void {
    this.#count(this.#requests);
  }

  noteRetry(): void {
    this.#count(this.#retries);
  }

  allows(): boolean {
    this.#turn();
    return sum(this.#retries) < Math.max(floor, shareOfRequests * sum(this.#requests));
  }

  #count(series: number[]): void {
    this.#turn();
    const index = this.#bucket % buckets;
    series[index] = (series[index] ?? 0) + 1;
  }

  #turn(): void {
    const now = Math.floor(this.#clock.monotonic() / bucketMs);
    for (let steps = Math.min(buckets, now - this.#bucket); steps > 0; steps--) {
      const index = (now - steps + 1) % buckets;
      this.#requests[index] = 0;
      this.#retries[index] = 0;
    }
    this.#bucket = now;
  }
}

function sum(series: readonly number[]): number {
  return series.reduce((total, value) => total + value, 0);
}
