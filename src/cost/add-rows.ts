/** Sums of usage put together. Pure. */

import type { UsageRow } from '../model/usage.ts';

export type Counts = Omit<UsageRow, 'day' | 'caller' | 'task' | 'target' | 'purpose'>;

/** Two sums as one, under the name of the first. */
export function addRows<Row extends Counts>(one: Row, other: Counts | undefined): Row {
  if (other === undefined) return one;
  return {
    ...one,
    requests: one.requests + other.requests,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    usd: one.usd + other.usd,
    unpriced: one.unpriced + other.unpriced,
  };
}
