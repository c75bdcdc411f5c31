/** Decision records on their way to the store (step 7 of a request), in batches, off the request's path. */

import type { Clock } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';
import { Batches } from './batches.ts';
import type { Store } from './store.ts';

/** Records that wait; when the store cannot keep up the oldest are given up. */
const waitingLimit = 1000;

export class RecordSink {
  readonly #waiting: Batches<RequestRecord>;

  constructor(clock: Clock, store: Pick<Store, 'appendRecords'>, onFault: (error: unknown) => void) {
    this.#waiting = new Batches(clock, (records) => store.appendRecords(records), onFault);
  }

  /** Never waits and never throws. */
  keep(record: RequestRecord): void {
    if (this.#waiting.size >= waitingLimit) this.#waiting.dropOldest();
    this.#waiting.add(record);
  }

  /** Hands over what waits. */
  async close(): Promise<void> {
    await this.#waiting.close();
  }
}
