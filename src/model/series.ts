/**
 * What happened in each minute and each hour, by caller and target, for curves over time. Types and
 * limits only; the store has the rows.
 */

/** Minutes are kept for a day, hours for 30 days. */
export type SeriesStep = 'minute' | 'hour';

export interface SeriesRow {
  readonly step: SeriesStep;
  /** When the minute or hour begins, epoch ms. A request counts where it ended. */
  readonly at: number;
  /** The record's caller; empty if it named none. `others`: those beyond the limit. */
  readonly caller: string;
  /** The target that answered, else the last one that was asked; empty if none was. */
  readonly target: string;
  readonly asked: number;
  readonly rescued: number;
  readonly failed: number;
  /** Input and output. */
  readonly tokens: number;
  /** The part of the input that was read from a cache. */
  readonly cachedTokens: number;
  /** Counts only what has a price. */
  readonly usd: number;
  /** How many requests waited before and between attempts for how long: one number a bucket. */
  readonly waited: readonly number[];
  /** How long it took to the caller's first content, likewise; not of requests that got none. */
  readonly firstContent: readonly number[];
}

/** Epoch ms; `until` is excluded. */
export interface SeriesSpan {
  readonly from: number;
  readonly until: number;
}

/** Absent fields do not limit the result. */
export interface SeriesQuery {
  readonly step: SeriesStep;
  /** Epoch ms: rows that begin then or later. */
  readonly since?: number | undefined;
  /** Excludes this moment; epoch ms. */
  readonly until?: number | undefined;
}

/** The upper ends of the buckets of times, ms; what takes longer is in the twelfth. */
export const seriesBoundsMs = [
  50, 100, 250, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000, 120_000,
] as const;
