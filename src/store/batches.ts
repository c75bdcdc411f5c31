/**
 * Rows on their way to the store: gathered, and handed over off the request's path, at most once a
 * second.
 */

import type { Clock, Timer } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';
import { recordKindOf } from './policy.ts';

/** A batch is handed over at most this often. */
const batchMs = 1000;

export interface BatchesParts<Row> {
  readonly clock: Clock;
  readonly write: (rows: readonly Row[]) => Promise<void>;
  readonly onFault: (error: unknown) => void;
  /** Of more rows that wait the oldest is given up. Default: all wait. */
  readonly limit?: number;
  /** Whether it is this row itself that is given up. Default: it never is. */
  readonly isDispensable?: (row: Row) => boolean;
}

/** Nothing here waits on the way of an answer, and nothing throws. */
export class Batches<Row> {
  readonly #parts: BatchesParts<Row>;
  #waiting: Row[] = [];
  #timer: Timer | undefined;

  constructor(parts: BatchesParts<Row>) {
    this.#parts = parts;
  }

  /** False where a row was given up. */
  add(row: Row): boolean {
    const { clock, limit, isDispensable } = this.#parts;
    const isFull = limit !== undefined && this.#waiting.length >= limit;
    if (isFull && isDispensable?.(row) === true) return false;
    if (isFull) this.#waiting.shift();
    this.#waiting.push(row);
    this.#timer ??= clock.startTimer(batchMs, () => void this.#handOver());
    return !isFull;
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
    const { clock } = this.#parts;
    this.#timer = hasMore ? clock.startTimer(batchMs, () => void this.#handOver()) : undefined;
  }

  /** Hands over what waits, before its time: somebody wants to read it. */
  async flush(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      await this.#parts.write(batch);
    } catch (error) {
      this.#parts.onFault(error);
    }
  }
}

/**
 * Decision records (step 7 of a request). Among too many, one that tells of trouble takes the place
 * of the oldest.
 */
export function createRecordBatches(
  parts: Pick<BatchesParts<RequestRecord>, 'clock' | 'write' | 'onFault'>,
): Batches<RequestRecord> {
  return new Batches({
    ...parts,
    limit: 1000,
    isDispensable: (record) => recordKindOf(record) === 'plain',
  });
}
