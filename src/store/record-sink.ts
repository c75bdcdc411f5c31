/** Decision records on their way to the store (step 7 of a request): gathered, and handed over in batches, off the request's path. */

import type { Clock, Timer } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';
import type { Store } from './store.ts';

/** A batch is handed over at most this often. */
const batchMs = 1000;

/** Records that wait; when the store cannot keep up the oldest are given up. */
const waitingLimit = 1000;

export class RecordSink {
  readonly #clock: Clock;
  readonly #store: Pick<Store, 'appendRecords'>;
  readonly #onFault: (error: unknown) => void;
  #waiting: RequestRecord[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, store: Pick<Store, 'appendRecords'>, onFault: (error: unknown) => void) {
    this.#clock = clock;
    this.#store = store;
    this.#onFault = onFault;
  }

  /** Never waits and never throws. */
  keep(record: RequestRecord): void {
    if (this.#waiting.length >= waitingLimit) this.#waiting.shift();
    this.#waiting.push(record);
    this.#timer ??= this.#clock.startTimer(batchMs, () => void this.#handOver());
  }

  /** Hands over what waits. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#write();
  }

  /** One batch at a time: a slow store gets the next one a second after it has taken the last. */
  async #handOver(): Promise<void> {
    await this.#write();
    const hasMore = this.#waiting.length > 0;
    this.#timer = hasMore ? this.#clock.startTimer(batchMs, () => void this.#handOver()) : undefined;
  }

  async #write(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      await this.#store.appendRecords(batch);
    } catch (error) {
      this.#onFault(error);
    }
  }
}
