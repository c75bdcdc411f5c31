/**
 * How the time of some work grows with its size: measured, with repeats, because a machine is never
 * idle.
 */

export interface Work {
  readonly name: string;
  /** Makes what is worked on, which is not measured, and gives the work. */
  readonly prepare: (size: number) => () => unknown;
  /** The smaller size; the other has four times as much. */
  readonly size: number;
}

/**
 * Four times as much may take this many times as long: linear work takes 4, n log n 5, square 16.
 */
export const mostGrowth = 9;
/** Work that takes less at its larger size is quick enough, however it grows. */
export const quickMs = 40;
const repeats = 3;

/** The least ratio of a few tries: noise only makes work look slower. */
export function growthOf({ prepare, size }: Work): {
  readonly ratio: number;
  readonly largeMs: number;
} {
  let best = { ratio: Number.POSITIVE_INFINITY, largeMs: Number.POSITIVE_INFINITY };
  for (let time = 0; time < 4; time++) {
    const smallMs = timeOf(prepare(size));
    const largeMs = timeOf(prepare(4 * size));
    const ratio = largeMs / Math.max(smallMs, 0.05);
    if (largeMs < best.largeMs || ratio < best.ratio)
      best = { ratio: Math.min(ratio, best.ratio), largeMs: Math.min(largeMs, best.largeMs) };
    if (best.largeMs < quickMs || best.ratio < mostGrowth) return best;
  }
  return best;
}

function timeOf(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < repeats; time++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
    if (least > 2000) return least;
  }
  return least;
}
