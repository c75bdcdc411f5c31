/** Adds sums of usage. Pure. */

import type { Spent } from '../model/spending.ts';
import type { UsageRow } from '../model/usage.ts';

export type Counts = Omit<UsageRow, 'day' | 'caller' | 'task' | 'target' | 'purpose'>;

export const noCounts: Counts = {
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  usd: 0,
  unpriced: 0,
};

/** Returns both sums as one, under the name of the first. */
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

/** Does the same for what budgets count. */
export function addSpent<Row extends Spent>(one: Row, other: Spent | undefined): Row {
  if (other === undefined) return one;
  const { usd, tokens, requests } = other;
  return {
    ...one,
    usd: one.usd + usd,
    tokens: one.tokens + tokens,
    requests: one.requests + requests,
  };
}
