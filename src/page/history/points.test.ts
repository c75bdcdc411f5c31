/** From rows of series to points of curves: sums, holes and quantiles. */

import { describe, expect, it } from 'vitest';
import { type SeriesRow, type SeriesSpan, seriesBoundsMs } from '../../model/series.ts';
import { emptySeries } from '../../store/series.ts';
import { frameOf, groupBy, listHoles, quantileOf, reaches, toPoints } from './points.ts';

const minute = 60_000;
const start = Date.parse('2026-11-22T10:00:00Z');
const frame = frameOf(
  { title: 'few', step: 'minute', per: 1, count: 6, tickMs: minute },
  start + 5.5 * minute,
);
const rowAt = (count: number, more: Partial<SeriesRow> = {}): SeriesRow => ({
  ...emptySeries,
  step: 'minute',
  at: start + count * minute,
  caller: 'ada',
  target: 'p/m',
  asked: 1,
  ...more,
});
const span = (from: number, until: number): SeriesSpan => ({
  from: start + from * minute,
  until: start + until * minute,
});

describe('points', () => {
  it.each(Object.entries(reaches))('of a %s end with the one that is under way', (_, reach) => {
    const { from, until, widthMs } = frameOf(reach, start + 17);
    expect([from % widthMs, (until - from) / widthMs]).toEqual([0, reach.count]);
    expect(from <= start && start + 17 < until && until - widthMs <= start + 17).toBe(true);
  });

  it.each<readonly [string, readonly SeriesSpan[], readonly SeriesRow[], string]>([
    ['nobody was there', [], [], '------'],
    ['nobody asked', [span(-9, 6)], [], '000000'],
    [
      'who asked is added up',
      [span(0, 6)],
      [rowAt(1), rowAt(1, { caller: 'bob' }), rowAt(5)],
      '020001',
    ],
    ['it was down between', [span(0, 2), span(4, 6)], [rowAt(0), rowAt(4)], '10--10'],
    ['it has just begun', [span(5, 6)], [rowAt(5)], '-----1'],
    ['it was there for a part', [{ from: start + 90_000, until: start + 100_000 }], [], '-0----'],
    ['rows before it are left out', [span(-9, 6)], [rowAt(-1)], '000000'],
  ])('where %s', (_, ran, rows, expected) => {
    const points = toPoints({ ran, rows }, frame);
    expect(points.map(({ asked, isHole }) => (isHole ? '-' : asked)).join('')).toBe(expected);
  });
});

it.each<readonly [string, readonly SeriesSpan[], readonly (readonly [number, number])[]]>([
  ['all of it', [], [[0, 6]]],
  ['none', [span(-9, 9)], []],
  ['what is before', [span(2, 6)], [[0, 2]]],
  [
    'what is between and after',
    [span(-9, 2), span(4, 5)],
    [
      [2, 4],
      [5, 6],
    ],
  ],
  ['nothing outside of the frame', [span(-9, -5), span(-1, 6), span(8, 9)], []],
])('holes are %s', (_, ran, expected) => {
  const found = listHoles(ran, { ...frame, now: frame.until }).map(({ from, until }) => [
    from,
    until,
  ]);
  expect(found).toEqual(expected.map((hole) => hole.map((at) => start + at * minute)));
});

it('is no hole what has yet to come', () => {
  expect(listHoles([span(-9, 5)], frame)).toEqual([
    { from: start + 5 * minute, until: start + 5.5 * minute },
  ]);
  expect(listHoles([span(-9, 6)], frame)).toEqual([]);
});

it('groups by name, those with most requests first', () => {
  const rows = [
    rowAt(1),
    rowAt(2, { caller: 'bob', asked: 3 }),
    rowAt(3, { caller: 'others', target: '', asked: 2 }),
    rowAt(4, { caller: '', target: '', asked: 9 }),
  ];
  const names = (by: 'caller' | 'target'): readonly string[] =>
    groupBy(rows, by).map(([name]) => name);
  expect(names('caller')).toEqual(['', 'bob', 'others', 'ada']);
  expect(names('target')).toEqual(['', 'p/m', 'others']);
});

it.each<readonly [counts: Readonly<Record<number, number>>, share: number, ms: number | undefined]>(
  [
    [{}, 0.5, undefined],
    [{ 0: 10 }, 0.5, 25],
    [{ 0: 10 }, 1, 50],
    [{ 2: 4 }, 0.5, 175],
    [{ 1: 1, 4: 1 }, 0.5, 100],
    [{ 1: 1, 4: 1 }, 0.75, 750],
    [{ 1: 94, 10: 6 }, 0.95, 70_000],
    [{ 11: 3 }, 0.5, 120_000],
  ],
)('of %o, %f were through in %s ms', (counts, share, ms) => {
  const all = Array.from({ length: seriesBoundsMs.length + 1 }, (_, index) => counts[index] ?? 0);
  expect(quantileOf(all, share)).toBe(ms);
});
