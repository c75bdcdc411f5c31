/**
 * The rules of series that all stores share: how rows are added, how many there are, and how long
 * they are kept. Pure.
 */

import {
  type SeriesRow,
  type SeriesSpan,
  type SeriesStep,
  seriesBoundsMs,
} from '../model/series.ts';

export const steps: readonly SeriesStep[] = ['minute', 'hour'];

export const stepMs: Readonly<Record<SeriesStep, number>> = { minute: 60_000, hour: 3_600_000 };

export const seriesKeptMs: Readonly<Record<SeriesStep, number>> = {
  minute: 24 * 3_600_000,
  hour: 30 * 24 * 3_600_000,
};

/** Of one minute or hour; clients choose callers' names and models. */
export const seriesLimit = 32;

const noTimes: readonly number[] = Array.from({ length: seriesBoundsMs.length + 1 }, () => 0);

export type SeriesName = Pick<SeriesRow, 'caller' | 'target'>;

/** All series beyond the limit are counted as this one, so that totals are exact. */
export const otherSeries: SeriesName = { caller: 'others', target: '' };

export const emptySeries: Omit<SeriesRow, 'step' | 'at'> = {
  ...otherSeries,
  asked: 0,
  rescued: 0,
  failed: 0,
  tokens: 0,
  cachedTokens: 0,
  usd: 0,
  waited: noTimes,
  firstContent: noTimes,
};

function isOthers({ caller, target }: SeriesName): boolean {
  return caller === otherSeries.caller && target === otherSeries.target;
}

/** Returns the sum of both, under the name of the first. */
export function addSeries(one: SeriesRow, other: SeriesRow | undefined): SeriesRow {
  if (other === undefined) return one;
  return {
    ...one,
    asked: one.asked + other.asked,
    rescued: one.rescued + other.rescued,
    failed: one.failed + other.failed,
    tokens: one.tokens + other.tokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    usd: one.usd + other.usd,
    waited: one.waited.map((count, index) => count + (other.waited[index] ?? 0)),
    firstContent: one.firstContent.map((count, index) => count + (other.firstContent[index] ?? 0)),
  };
}

/** Adds a row to those in a map, by `keyOf`. */
export function addToRows(rows: Map<string, SeriesRow>, row: SeriesRow): void {
  const named = rows.has(keyOf(row)) || !isFull(rows, row) ? row : { ...row, ...otherSeries };
  const key = keyOf(named);
  rows.set(key, addSeries(named, rows.get(key)));
}

function isFull(rows: ReadonlyMap<string, SeriesRow>, { step, at }: SeriesRow): boolean {
  let count = 0;
  for (const row of rows.values())
    if (row.step === step && row.at === at && !isOthers(row)) count += 1;
  return count >= seriesLimit;
}

function keyOf({ step, at, caller, target }: SeriesRow): string {
  return JSON.stringify([step, at, caller, target]);
}

/**
 * Rows of a step outside of these times are forgotten. They are counted from the newest row that
 * was just given: a clock that was wrong for a while leaves nothing behind for ever.
 */
export function keptSeries(
  rows: readonly SeriesRow[],
  step: SeriesStep,
): { readonly after: number; readonly until: number } | undefined {
  const times = rows.filter((row) => row.step === step).map(({ at }) => at);
  if (times.length === 0) return undefined;
  const newest = Math.max(...times);
  return { after: newest - seriesKeptMs[step], until: newest + seriesKeptMs[step] };
}

/** When the minute or hour of a moment begins. */
export function startOf(at: number, step: SeriesStep): number {
  return Math.floor(at / stepMs[step]) * stepMs[step];
}

/** Gives a row the time of the `per` steps it is in; `foldSeries` adds up what became equal. */
export function widen(row: SeriesRow, per: number): SeriesRow {
  const widthMs = per * stepMs[row.step];
  return { ...row, at: Math.floor(row.at / widthMs) * widthMs };
}

/** Joins steps that follow each other, by when they begin, in order. */
export function joinSteps(starts: readonly number[], step: SeriesStep): readonly SeriesSpan[] {
  const spans: { from: number; until: number }[] = [];
  for (const from of starts) {
    const last = spans.at(-1);
    const until = from + stepMs[step];
    if (last === undefined || from > last.until) spans.push({ from, until });
    else last.until = until;
  }
  return spans;
}

/** Returns the series that were asked most, and all others as one; rows stay in their order. */
export function foldSeries(rows: readonly SeriesRow[]): readonly SeriesRow[] {
  const asked = new Map<string, number>();
  const nameOf = ({ caller, target }: SeriesName): string => JSON.stringify([caller, target]);
  for (const row of rows)
    if (!isOthers(row)) asked.set(nameOf(row), (asked.get(nameOf(row)) ?? 0) + row.asked);
  const ranked = [...asked].sort(([, one], [, other]) => other - one).slice(0, seriesLimit);
  const named = new Set(ranked.map(([name]) => name));
  const folded = new Map<string, SeriesRow>();
  for (const row of rows) {
    const kept = named.has(nameOf(row)) ? row : { ...row, ...otherSeries };
    folded.set(keyOf(kept), addSeries(kept, folded.get(keyOf(kept))));
  }
  return [...folded.values()];
}
