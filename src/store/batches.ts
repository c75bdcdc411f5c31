/** Rows on their way to the store: gathered, and handed over off the request's path, at most once a second. */

import type { Clock, Timer } from '../host.ts';

/** A batch is handed over at most this often. */
const batchMs = 1000;

/** Nothing here waits on the way of an answer, and nothing throws. */
export class Batches<Row> {
  readonly #clock: Clock;
  readonly #write: (rows: readonly Row[]) => Promise<void>;
  readonly #onFault: (error: unknown) => void;
  #waiting: Row[] = [];
  #timer: Timer | undefined;

  constructor(
    clock: Clock,
    write: (rows: readonly Row[]) => Promise<void>,
    onFault: (error: unknown) => void,
  ) {
    this.#clock = clock;
    this.#write = write;
    this.#onFault = onFault;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(row: Row): void {
    this.#waiting.push(row);
    this.#timer ??= this.#clock.startTimer(batchMs, () => void this.#handOver());
  }

  /** Gives up what has waited longest. */
  dropOldest(): void {
    this.#waiting.shift();
  }

  /** Hands over what waits. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.flush();
  }

  /** One batch at a time: a slow store gets the next one a second after it has taken the last. */
  async #handOver(): Promise<void> {
    await this.flush();
    const hasMore = this.#waiting.length > 0;
    this.#timer = hasMore ? this.#clock.startTimer(batchMs, () => void this.#handOver()) : undefined;
  }

  /** Hands over what waits, before its time: somebody wants to read it. */
  async flush(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      await this.#write(batch);
    } catch (error) {
      this.#onFault(error);
    }
  }
}
