/** Computes what attempts cost: tokens times prices (step 7 of a request). Pure. */

import type { AttemptRecord, RequestCost, RequestRecord, Usage } from '../model/record.ts';
import type { Price, Target } from '../model/target.ts';

type Priced = Pick<Target, 'price' | 'billing'>;

/**
 * Returns USD; undefined if nobody pays by the token, no price is known, or the provider reported
 * no tokens.
 */
export function costOf(usage: Usage | undefined, { price, billing }: Priced): number | undefined {
  if (billing !== 'metered' || price === undefined || usage === undefined) return undefined;
  const { inputTokens = 0, outputTokens = 0, cachedTokens = 0, cacheWriteTokens = 0 } = usage;
  const fresh = Math.max(0, inputTokens - cachedTokens - cacheWriteTokens);
  return (
    (fresh * price.input +
      cachedTokens * (price.cacheRead ?? price.input) +
      cacheWriteTokens * (price.cacheWrite ?? price.input) +
      outputTokens * price.output) /
    1_000_000
  );
}

/** Returns undefined if no attempt was priced, and none should have been. */
export function addUpCost(
  record: Pick<RequestRecord, 'attempts' | 'joints' | 'outcome'>,
  payer: Priced,
): RequestCost | undefined {
  let [usd, discardedUsd, unpriced, said] = [0, 0, 0, 0];
  for (const attempt of record.attempts) {
    if (attempt.usage !== undefined) said += 1;
    if (attempt.isUnpriced === true) unpriced += 1;
    usd += attempt.usd ?? 0;
    if (attempt.failure !== undefined && isUnused(record, attempt))
      discardedUsd += attempt.usd ?? 0;
  }
  if (said + unpriced === 0) return undefined;
  const { billing = 'metered', price } = payer;
  return {
    usd,
    discardedUsd: discardedUsd === 0 ? undefined : discardedUsd,
    unpriced: unpriced === 0 ? undefined : unpriced,
    billing,
    asOf: usd === 0 ? undefined : price?.asOf,
  };
}

/** True when nothing of a failed attempt has reached the caller. */
export function isUnused(
  { attempts, joints, outcome }: Pick<RequestRecord, 'attempts' | 'joints' | 'outcome'>,
  attempt: AttemptRecord,
): boolean {
  if (joints?.some(({ from }) => from === attempt.target)) return false;
  return outcome !== 'broken' || attempt !== attempts.at(-1);
}

/** Converts a price of the configuration, in USD per million tokens. */
export function toPrice(said: {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number | undefined;
  readonly cache_write?: number | undefined;
}): Price {
  const { input, output, cache_read: cacheRead, cache_write: cacheWrite } = said;
  return { input, output, cacheRead, cacheWrite };
}
