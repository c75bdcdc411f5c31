/** Tokens as OpenAI's protocols count them: what was read from a cache and what was thought are parts of the sums (translate leg). */

import { isRecord } from '../is-record.ts';
import type { NeutralUsage } from '../neutral.ts';
import { readCount } from './lenient.ts';

/** Where nothing was said of tokens. */
export const noUsage: NeutralUsage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

/** `prompt` and `completion`, or `input` and `output`. */
export function countTokens(usage: unknown, [asked, answered]: readonly [string, string]): NeutralUsage {
  if (!isRecord(usage)) return noUsage;
  const input = readCount(usage[`${asked}_tokens`]) ?? 0;
  const output = readCount(usage[`${answered}_tokens`]) ?? 0;
  const cacheRead = readCountIn(usage[`${asked}_tokens_details`], 'cached_tokens');
  const reasoning = readCountIn(usage[`${answered}_tokens_details`], 'reasoning_tokens');
  return {
    inputTokens: { total: input, noCache: input - cacheRead, cacheRead, cacheWrite: undefined },
    outputTokens: { total: output, text: Math.max(0, output - reasoning), reasoning },
  };
}

function readCountIn(group: unknown, field: string): number {
  return (isRecord(group) ? readCount(group[field]) : undefined) ?? 0;
}
