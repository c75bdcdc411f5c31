/** Writes sums of money for people. Pure. */

/** Returns, for example, `$12.50`, `$0.0340`, `less than $0.0001`. */
export function formatUsd(usd: number): string {
  if (usd > 0 && usd < 0.0001) return 'less than $0.0001';
  return `$${usd.toFixed(usd === 0 || usd >= 1 ? 2 : 4)}`;
}

/**
 * Formats a sum: what is not paid by the token has none, and a missing price does not mean free.
 */
export function describeSum({
  usd,
  unpriced,
}: {
  readonly usd: number;
  readonly unpriced: number;
}): string {
  if (usd > 0) return formatUsd(usd);
  return unpriced > 0 ? 'unpriced' : 'free';
}
