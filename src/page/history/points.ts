/** Turns the rows of series into points of equal width, for curves over time. Pure. */

import {
  type SeriesRow,
  type SeriesSpan,
  type SeriesStep,
  seriesBoundsMs,
} from '../../model/series.ts';
import { addSeries, emptySeries, stepMs } from '../../store/series.ts';

/** An answer of `GET /admin/series`. */
export interface ReceivedSeries {
  readonly ran: readonly SeriesSpan[];
  readonly rows: readonly SeriesRow[];
}

/** How far back curves go: `count` points, each of `per` steps. */
export interface Reach {
  readonly title: string;
  readonly step: SeriesStep;
  readonly per: number;
  readonly count: number;
  /** The time between two labels. */
  readonly tickMs: number;
}

/** The points of a reach that ends now; the last one is under way. */
export interface Frame extends Reach {
  readonly from: number;
  readonly until: number;
  readonly now: number;
  readonly widthMs: number;
}

export interface CurvePoint extends SeriesRow {
  /** No gateway was there, so nobody knows. */
  readonly isHole: boolean;
}

export const reaches: Readonly<Record<'hour' | 'day' | 'month', Reach>> = {
  hour: { title: 'hour', step: 'minute', per: 1, count: 60, tickMs: 600_000 },
  day: { title: 'day', step: 'minute', per: 10, count: 144, tickMs: 4 * stepMs.hour },
  month: { title: '30 days', step: 'hour', per: 4, count: 180, tickMs: 120 * stepMs.hour },
};

export function frameOf(reach: Reach, now: number): Frame {
  const widthMs = reach.per * stepMs[reach.step];
  const until = (Math.floor(now / widthMs) + 1) * widthMs;
  return { ...reach, from: until - reach.count * widthMs, until, now, widthMs };
}

export function toPoints({ ran, rows }: ReceivedSeries, frame: Frame): readonly CurvePoint[] {
  const { from, widthMs, count, step } = frame;
  const sums = new Map<number, SeriesRow>();
  for (const row of rows) sums.set(row.at, addSeries(row, sums.get(row.at)));
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * widthMs;
    const isHole = !ran.some((span) => span.from < at + widthMs && span.until > at);
    return { ...emptySeries, step, at, ...sums.get(at), isHole };
  });
}

/** Returns the spans of a frame, up to now, in which no gateway was there. */
export function listHoles(
  ran: readonly SeriesSpan[],
  { from, now }: Pick<Frame, 'from' | 'now'>,
): readonly SeriesSpan[] {
  const begins = [from, ...ran.map((span) => span.until)];
  const ends = [...ran.map((span) => span.from), now];
  return begins.flatMap((begin, index) => {
    const hole = { from: Math.max(from, begin), until: Math.min(now, ends[index] ?? now) };
    return hole.from < hole.until ? [hole] : [];
  });
}

export function sumUp(rows: readonly SeriesRow[]): SeriesRow {
  return rows.reduce(addSeries, { ...emptySeries, step: 'minute', at: 0 });
}

export type GroupedBy = 'caller' | 'target';

/** Groups rows, those with most requests first. */
export function groupBy(
  rows: readonly SeriesRow[],
  by: GroupedBy,
): readonly (readonly [name: string, rows: readonly SeriesRow[]])[] {
  const nameOf = (row: SeriesRow): string => row[by] || (row.caller === 'others' ? 'others' : '');
  return [...Map.groupBy(rows, nameOf)].sort(
    ([, one], [, other]) => sumUp(other).asked - sumUp(one).asked,
  );
}

/**
 * Returns the time, ms, in which `share` of those counted were through: within a bucket in
 * proportion. Undefined if none was counted; what took longer than the last bound counts as that.
 */
export function quantileOf(counts: readonly number[], share: number): number | undefined {
  let rest = share * counts.reduce((sum, count) => sum + count, 0);
  if (rest === 0) return undefined;
  for (const [bucket, count] of counts.entries()) {
    const low = seriesBoundsMs[bucket - 1] ?? 0;
    const high = seriesBoundsMs[bucket] ?? low;
    if (rest <= count) return low + ((high - low) * rest) / count;
    rest -= count;
  }
  return seriesBoundsMs.at(-1);
}
