/**
 * Evaluates pairs of measurements, before and after a change: the ratio, its interval, and whether
 * the change is too expensive. Pure.
 */

export interface PairedRatio {
  /** The median of after / before, pair by pair. */
  readonly median: number;
  /**
   * The true median lies between these with a probability of 95 % or more, whatever the
   * distribution.
   */
  readonly low: number;
  readonly high: number;
}

/**
 * How much more expensive something may have become: by the lower end of its interval, or by its
 * median.
 */
export interface Allowance {
  readonly low: number;
  readonly median: number;
}

/** A wider interval is inconclusive. */
const widest = 0.06;

/**
 * Uses order statistics, which are exact and robust against outliers. Throws `RangeError` for fewer
 * than six pairs, which have no such interval.
 */
export function ratioOf(pairs: readonly (readonly [before: number, after: number])[]): PairedRatio {
  const ratios = pairs.map(([before, after]) => after / before).sort((a, b) => a - b);
  const outside = ranksOutside(ratios.length);
  const [low, high] = [ratios[outside], ratios.at(-1 - outside)];
  if (low === undefined || high === undefined || ratios.length < 6)
    throw new RangeError('an interval takes six pairs at least');
  const upper = ratios[Math.floor(ratios.length / 2)] ?? low;
  const lower = ratios[Math.floor((ratios.length - 1) / 2)] ?? low;
  return { median: (lower + upper) / 2, low, high };
}

/** Returns how many of the lowest, and of the highest, may be left out so that 95 % remain. */
function ranksOutside(count: number): number {
  let outside = 0;
  let probability = 2 ** -count;
  let tail = probability;
  for (let rank = 1; rank < count / 2; rank++) {
    probability *= (count - rank + 1) / rank;
    tail += probability;
    if (2 * (tail - probability) > 0.05 || 2 * tail > 0.05) break;
    outside = rank;
  }
  return outside;
}

export function isWide({ low, high }: PairedRatio): boolean {
  return high - low > widest;
}

/** Whether it became more expensive than allowed, beyond noise. */
export function isTooDear({ low, median }: PairedRatio, allowed: Allowance): boolean {
  return low > 1 + allowed.low || median > 1 + allowed.median;
}
