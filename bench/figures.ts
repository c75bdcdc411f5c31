/** Arithmetic over measured values. */

/** Returns the median; 0 without values. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Returns the value below which `share` of all values lie; 0 without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
