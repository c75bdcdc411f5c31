/** Decision records on their way to the store (step 7 of a request), in batches, off the request's path. */

import type { Clock } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';
import { Batches } from './batches.ts';
import { kindOf } from './policy.ts';
import type { Store } from './store.ts';

/** Records that wait; what comes beyond it within one batch is kept only where it tells of more than a plain success. */
const waitingLimit = 1000;

export class RecordSink {
  readonly #waiting: Batches<RequestRecord>;

  constructor(clock: Clock, append: Store['appendRecords'], onFault: (error: unknown) => void) {
    this.#waiting = new Batches(clock, append, onFault);
  }

  /** Never waits and never throws. Among too many, a record that tells of trouble takes the place of the oldest. */
  keep(record: RequestRecord): void {
    if (this.#waiting.size >= waitingLimit) {
      if (kindOf(record) === 'plain') return;
      this.#waiting.dropOldest();
    }
    this.#waiting.add(record);
  }

  /** So that what has just ended can be read. */
  flush(): Promise<void> {
    return this.#waiting.flush();
  }

  /** Hands over what waits. */
  async close(): Promise<void> {
    await this.#waiting.close();
  }
}
