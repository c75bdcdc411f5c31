import { describe, expect, it } from 'vitest';
import { describePast, describeWait, describeWhen } from './when.ts';

/** In the time zone of this machine, as they are told. */
const now = new Date(2026, 10, 22, 13, 48, 0).getTime();
const minute = 60_000;

describe('a point in time is told as', () => {
  it.each([
    [20_000, 'in 20 s (13:48:20)'],
    [15 * minute, 'in 15 min (14:03)'],
    [15 * minute - 1, 'in 15 min (14:02)'],
    [125 * minute, 'in 2 h 5 min (15:53)'],
    [12 * 60 * minute, 'in 12 h (23 Nov 01:48)'],
    [24 * 60 * minute, 'in 24 h (23 Nov 13:48)'],
    [6 * 24 * 60 * minute, 'in 6 days (28 Nov 13:48)'],
    [0, 'in 0 s (13:48:00)'],
  ])('%i ms from now', (ms, expected) => {
    expect(describeWhen(now + ms, now)).toBe(expected);
  });

  it('how long ago', () => {
    expect([describePast(now - 3 * minute, now), describeWait(-5)]).toEqual(['3 min ago', '0 s']);
  });
});
