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

  it.each([
    [999, '0 s ago'],
    [120_999, '120 s ago'],
    [3 * minute - 1, '2 min ago'],
    [3 * minute, '3 min ago'],
    [125 * minute + 59_999, '2 h 5 min ago'],
    [3 * 24 * 60 * minute - 1, '2 days ago'],
  ])('how long ago: %i ms, rounded down', (ms, expected) => {
    expect(describePast(now - ms, now)).toBe(expected);
  });

  it('now, where a wait has a length below zero', () => {
    expect(describeWait(-5)).toBe('0 s');
  });
});
