import { describe, expect, it } from 'vitest';
import { isTooDear, isWide, ratioOf } from './paired-ratio.ts';

const pairs = (...ratios: readonly number[]): [number, number][] =>
  ratios.map((ratio) => [50, 50 * ratio]);

describe('the ratio of pairs', () => {
  it('is the middle one, between the second lowest and the second highest of ten', () => {
    expect(ratioOf(pairs(1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.7, 1.8, 1.9, 9))).toEqual({
      median: 1.5,
      low: 1.1,
      high: 1.9,
    });
  });

  it.each([
    [6, 0],
    [9, 1],
    [12, 2],
    [15, 3],
    [20, 5],
    [30, 9],
  ])('leaves out as many of %i pairs as the sign test allows: %i at each end', (count, outside) => {
    const { low, high } = ratioOf(pairs(...Array.from({ length: count }, (_, index) => 1 + index)));
    expect([low, high]).toEqual([1 + outside, count - outside]);
  });

  it('is not known of five pairs', () => {
    expect(() => ratioOf(pairs(1, 1, 1, 1, 1))).toThrow('six pairs');
  });

  it('is not moved by one wild pair', () => {
    expect(ratioOf(pairs(1, 1, 1, 1, 1, 1, 1, 1, 1, 100)).median).toBe(1);
  });
});

describe('a price', () => {
  const allowed = { low: 0.03, median: 0.06 };

  it.each([
    ['nothing', { median: 1, low: 0.98, high: 1.02 }, false],
    ['a little that may be noise', { median: 1.05, low: 1.02, high: 1.07 }, false],
    ['a little that is no noise', { median: 1.05, low: 1.04, high: 1.06 }, true],
    ['much, whatever its interval', { median: 1.07, low: 0.9, high: 1.2 }, true],
  ])('%s', (_name, ratio, isDear) => {
    expect(isTooDear(ratio, allowed)).toBe(isDear);
  });

  it('says too little in an interval wider than six points', () => {
    expect(isWide({ median: 1, low: 0.96, high: 1.03 })).toBe(true);
    expect(isWide({ median: 1, low: 0.98, high: 1.03 })).toBe(false);
  });
});
