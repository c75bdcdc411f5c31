/**
 * What pairs of measurements, before and after a change, say of its price: the ratio, its interval,
 * and whether it is too dear. Pure.
 */

export interface PairedRatio {
  /** The middle of after / before, pair by pair. */
  readonly median: number;
  /**
   * The true middle lies between these with a probability of 95 % or more, whatever the
   * distribution.
   */
  readonly low: number;
  readonly high: number;
}

/** How much dearer something may have become: by its interval's lower end, or by its middle. */
export interface Allowance {
  readonly low: number;
  readonly median: number;
}

/** An interval wider than this says too little. */
const widest = 0.06;

/**
 * Ends of order statistics: exact, and no outlier moves them. Throws `RangeError` for fewer than
 * six pairs, which have no such interval.
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

/** How many of the lowest, and of the highest, may be left out so that 95 % remain. */
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

/** It became dearer than is allowed, and that is no noise. */
export function isTooDear({ low, median }: PairedRatio, allowed: Allowance): boolean {
  return low > 1 + allowed.low || median > 1 + allowed.median;
}
