/** Where values and times stand on a curve, and what is written beside. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frameOf, reaches } from './points.ts';
import { linearScale, listTicks, logScale } from './scale.ts';

it.each<readonly [most: number, leastStep: number, ticks: readonly number[]]>([
  [0, 1, [1]],
  [1, 1, [1]],
  [3, 1, [1, 2, 3]],
  [4, 1, [2, 4]],
  [22, 1, [10, 20, 30]],
  [60, 1, [20, 40, 60]],
  [1700, 1, [1000, 2000]],
  [0.03, 1e-6, [0.01, 0.02, 0.03]],
])('up to %f by %f is labelled %j', (most, leastStep, ticks) => {
  const found = linearScale(most, leastStep).ticks.map((tick) => Number(tick.toPrecision(6)));
  expect(found).toEqual(ticks);
});

it('has room for every value, and few labels', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-4, max: 1e12, noNaN: true }), (most) => {
      const { place, ticks } = linearScale(most, 1e-6);
      expect(place(most)).toBeLessThanOrEqual(1 + 1e-9);
      expect(place(most)).toBeGreaterThan(0.3);
      expect(ticks.length).toBeLessThanOrEqual(3);
      expect(place(ticks.at(-1) ?? 0)).toBeCloseTo(1);
    }),
  );
});

it.each<readonly [readonly number[], readonly number[]]>([
  [[], [100, 1000, 10_000]],
  [
    [375, 488],
    [100, 1000],
  ],
  [[1000], [1000, 10_000]],
  [
    [25, 120_000],
    [10, 100, 1000, 10_000, 100_000, 1_000_000],
  ],
])('times %j stand between powers of ten', (values, ticks) => {
  const scale = logScale(values);
  expect(scale.ticks).toEqual(ticks);
  for (const value of values) {
    expect(scale.place(value)).toBeGreaterThanOrEqual(0);
    expect(scale.place(value)).toBeLessThanOrEqual(1);
  }
});

it.each(Object.entries(reaches))('a %s has labels at round times within it', (_, reach) => {
  const frame = frameOf(reach, Date.parse('2026-11-22T10:17:23Z'));
  const ticks = listTicks(frame);
  expect(ticks.length).toBe(6);
  for (const at of ticks) {
    expect(at >= frame.from && at < frame.until).toBe(true);
    const local = at - new Date(frame.from).getTimezoneOffset() * 60_000;
    expect(local % Math.min(reach.tickMs, 86_400_000)).toBe(0);
  }
});
