/**
 * Counts finished requests by the minute and the hour, after their answers, and writes the sums
 * once a minute.
 */

import type { Clock, Timer } from '../host.ts';
import type { RequestRecord } from '../model/record.ts';
import { type SeriesRow, seriesBoundsMs } from '../model/series.ts';
import { recordKindOf, targetOf } from './policy.ts';
import { addToRows, emptySeries, type SeriesName, seriesLimit, startOf, steps } from './series.ts';

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
    const rows = sumUp(records).flatMap((sum) =>
      steps.map((step) => ({ ...sum, step, at: startOf(sum.at, step) })),
    );
    this.#add(rows);
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

/** The sums of one minute, caller and target in a batch, while it is added up. */
interface SeriesSum extends SeriesName {
  readonly at: number;
  asked: number;
  rescued: number;
  failed: number;
  tokens: number;
  cachedTokens: number;
  usd: number;
  readonly waited: number[];
  readonly firstContent: number[];
}

/** Adds up first, and makes rows of the sums: a row for each record was a fifth of its CPU. */
function sumUp(records: readonly RequestRecord[]): readonly SeriesSum[] {
  const sums = new Map<string, SeriesSum>();
  for (const record of records) {
    const at = startOf(record.at + record.durationMs, 'minute');
    const { caller = '' } = record;
    const target = targetOf(record) ?? '';
    const key = `${at}\n${caller}\n${target}`;
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = { ...emptySeries, at, caller, target, waited: noTimes(), firstContent: noTimes() };
      sums.set(key, sum);
    }
    addRecord(sum, record);
  }
  return [...sums.values()];
}

function addRecord(sum: SeriesSum, record: RequestRecord): void {
  const { usage, cost, times, firstEventMs } = record;
  const kind = recordKindOf(record);
  sum.asked += 1;
  if (kind === 'rescued') sum.rescued += 1;
  if (kind === 'failed') sum.failed += 1;
  sum.tokens += (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
  sum.cachedTokens += usage?.cachedTokens ?? 0;
  sum.usd += cost?.usd ?? 0;
  if (times !== undefined) countTime(sum.waited, times.beforeMs + times.betweenMs);
  if (firstEventMs !== undefined) countTime(sum.firstContent, firstEventMs);
}

function noTimes(): number[] {
  return [...emptySeries.waited];
}

function countTime(counts: number[], ms: number): void {
  const found = seriesBoundsMs.findIndex((end) => ms <= end);
  const bucket = found < 0 ? seriesBoundsMs.length : found;
  counts[bucket] = (counts[bucket] ?? 0) + 1;
}
