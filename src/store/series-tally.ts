/**
 * Counts finished requests by the minute and the hour, after their answers, and writes the sums
 * once a minute.
 */

import type { Clock, Timer } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';
import { type SeriesRow, type SeriesStep, seriesBoundsMs } from '../model/series.ts';
import { recordKindOf, targetOf } from './policy.ts';
import { addToRows, emptySeries, seriesLimit, startOf, steps } from './series.ts';

const flushMs = 60_000;
/** Often enough for each minute. */
const presentMs = 30_000;
/** Where the store fails, the latest of the sums stay. */
const mostRows = 20 * (seriesLimit + 1);

export interface SeriesTallyParts {
  readonly clock: Pick<Clock, 'now' | 'startTimer'>;
  readonly write: (rows: readonly SeriesRow[]) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

export class SeriesTally {
  readonly #parts: SeriesTallyParts;
  #rows = new Map<string, SeriesRow>();
  #timer: Timer | undefined;

  constructor(parts: SeriesTallyParts) {
    this.#parts = parts;
  }

  note(records: readonly RequestRecord[]): void {
    this.#add(records.flatMap((record) => steps.map((step) => countOne(record, step))));
  }

  /**
   * Leaves a row without requests in each minute and hour, so that one in which nobody asked
   * differs from one in which nobody was there. Returns a function that stops it.
   */
  notePresence(): () => void {
    const { clock } = this.#parts;
    let timer: Timer;
    const note = (): void => {
      this.#add(steps.map((step) => ({ ...emptySeries, step, at: startOf(clock.now(), step) })));
      timer = clock.startTimer(presentMs, note);
    };
    note();
    return () => timer.cancel();
  }

  #add(rows: readonly SeriesRow[]): void {
    for (const row of rows) addToRows(this.#rows, row);
    this.#timer ??= this.#parts.clock.startTimer(flushMs, () => {
      this.#timer = undefined;
      void this.flush();
    });
  }

  /** Sums that could not be written stay for the next flush. */
  async flush(): Promise<void> {
    const rows = [...this.#rows.values()];
    if (rows.length === 0) return;
    this.#rows = new Map();
    try {
      await this.#parts.write(rows);
    } catch (error) {
      for (const row of rows.slice(-mostRows)) addToRows(this.#rows, row);
      this.#parts.onFault(error);
    }
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.flush();
  }
}

function countOne(record: RequestRecord, step: SeriesStep): SeriesRow {
  const { at, durationMs, caller = '', usage, cost, times } = record;
  const kind = recordKindOf(record);
  return {
    step,
    at: startOf(at + durationMs, step),
    caller,
    target: targetOf(record) ?? '',
    asked: 1,
    rescued: kind === 'rescued' ? 1 : 0,
    failed: kind === 'failed' ? 1 : 0,
    tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0),
    cachedTokens: usage?.cachedTokens ?? 0,
    usd: cost?.usd ?? 0,
    waited: countTime(times && times.beforeMs + times.betweenMs),
    firstContent: countTime(record.firstEventMs),
  };
}

function countTime(ms: number | undefined): readonly number[] {
  const bucket =
    ms === undefined
      ? -1
      : [...seriesBoundsMs, Number.POSITIVE_INFINITY].findIndex((end) => ms <= end);
  return Array.from({ length: seriesBoundsMs.length + 1 }, (_, index) => Number(index === bucket));
}
