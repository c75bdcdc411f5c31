/** Tokens as providers count them: read for the record, and those of several attempts added up. */

import type { Usage } from '../model/record.ts';
import { isRecord, type WireObject } from './is-record.ts';

/** What a provider said, each field as it stood there; what is no number was not said. */
interface SaidCounts {
  readonly input: unknown;
  readonly output: unknown;
  readonly cached?: unknown;
  readonly cacheWrite?: unknown;
}

export function toUsage({ input, output, cached, cacheWrite }: SaidCounts): Usage {
  return {
    inputTokens: typeof input === 'number' ? input : undefined,
    outputTokens: typeof output === 'number' ? output : undefined,
    cachedTokens: typeof cached === 'number' && cached > 0 ? cached : undefined,
    cacheWriteTokens: typeof cacheWrite === 'number' && cacheWrite > 0 ? cacheWrite : undefined,
  };
}

/** The sum of those of these fields that are told; undefined where none is. */
export function sumOf(usage: WireObject, fields: readonly string[]): number | undefined {
  const counts = fields.flatMap((field) => (typeof usage[field] === 'number' ? [usage[field]] : []));
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/** As OpenAI's protocols count: `prompt` and `completion`, or `input` and `output`. DeepSeek says the cached part in a field of its own. */
export function readOpenaiUsage(
  usage: unknown,
  [asked, answered]: readonly ['prompt', 'completion'] | readonly ['input', 'output'],
): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  const details = usage[`${asked}_tokens_details`];
  return toUsage({
    input: usage[`${asked}_tokens`],
    output: usage[`${answered}_tokens`],
    cached: isRecord(details) ? details['cached_tokens'] : usage['prompt_cache_hit_tokens'],
  });
}

/** Numbers are added, groups of numbers one by one; what only one side has stays. */
export function addUsage(one: WireObject | undefined, other: WireObject): WireObject {
  if (one === undefined) return other;
  const sums = Object.entries(other).map(([field, value]) => {
    const before = one[field];
    if (typeof value === 'number' && typeof before === 'number') return [field, before + value] as const;
    if (isRecord(value) && isRecord(before)) return [field, addUsage(before, value)] as const;
    return [field, value] as const;
  });
  return { ...one, ...Object.fromEntries(sums) };
}
