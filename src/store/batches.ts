/**
 * Collects rows for the store and writes them outside the request's path, at most once a second.
 */

import type { Clock, Timer } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';
import { recordKindOf, recordLimit } from './policy.ts';

/** Batches are written at most this often. */
const batchMs = 1000;

export interface BatchesParts<Row> {
  readonly clock: Clock;
  readonly write: (rows: readonly Row[]) => Promise<void>;
  readonly onFault: (error: unknown) => void;
  /** When more rows wait, the oldest is dropped. Default: no limit. */
  readonly limit?: number;
  /** So many are written at once. Default: they wait for their second. */
  readonly most?: number;
  /** Whether to drop this new row instead of the oldest. Default: never. */
  readonly isDispensable?: (row: Row) => boolean;
}

/** Nothing here delays an answer or throws. */
export class Batches<Row> {
  readonly #parts: BatchesParts<Row>;
  #waiting: Row[] = [];
  #timer: Timer | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(parts: BatchesParts<Row>) {
    this.#parts = parts;
  }

  /** Returns false if a row was dropped. */
  add(row: Row): boolean {
    const { clock, limit, most, isDispensable } = this.#parts;
    const isFull = limit !== undefined && this.#waiting.length >= limit;
    if (isFull && isDispensable?.(row) === true) return false;
    if (isFull) this.#waiting.shift();
    this.#waiting.push(row);
    this.#timer ??= clock.startTimer(batchMs, () => void this.#handOver());
    if (this.#waiting.length === most) void this.flush();
    return !isFull;
  }

  /** Writes all waiting rows. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.flush();
  }

  /** Writes one batch at a time; after a slow write, the next one starts a second later. */
  async #handOver(): Promise<void> {
    await this.flush();
    const hasMore = this.#waiting.length > 0;
    const { clock } = this.#parts;
    this.#timer = hasMore ? clock.startTimer(batchMs, () => void this.#handOver()) : undefined;
  }

  /**
   * Writes all waiting rows now, because someone is about to read them. A write under way is waited
   * for too: its rows are in no store yet.
   */
  flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length > 0) this.#written = this.#written.then(() => this.#write(batch));
    return this.#written;
  }

  async #write(batch: readonly Row[]): Promise<void> {
    try {
      await this.#parts.write(batch);
    } catch (error) {
      this.#parts.onFault(error);
    }
  }
}

/**
 * Batches decision records (step 7 of a request). As many wait as the file keeps of plain ones:
 * all that a second of many workers brings. At the limit, a record of a failure replaces the
 * oldest, and one of a plain success is dropped.
 */
export function createRecordBatches(
  parts: Pick<BatchesParts<RequestRecord>, 'clock' | 'write' | 'onFault'>,
): Batches<RequestRecord> {
  return new Batches({
    ...parts,
    limit: recordLimit,
    isDispensable: (record) => recordKindOf(record) === 'plain',
  });
}
