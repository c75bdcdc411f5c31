/**
 * Reads token counts of providers, for the record and for translated answers, and adds up those of
 * several attempts.
 */

import type { Usage } from '../../model/record.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';
import { readCount } from './lenient.ts';
import type { NeutralUsage } from './neutral.ts';

/** Undefined if the provider reported none. */
export function readUsage(
  usage: unknown,
  count: (usage: WireObject) => NeutralUsage,
): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  const { inputTokens, outputTokens } = count(usage);
  return {
    inputTokens: inputTokens.total,
    outputTokens: outputTokens.total,
    cachedTokens: inputTokens.cacheRead || undefined,
    cacheWriteTokens: inputTokens.cacheWrite || undefined,
  };
}

/** Used if the provider reported no tokens. */
export const noUsage: NeutralUsage = {
  inputTokens: {
    total: undefined,
    noCache: undefined,
    cacheRead: undefined,
    cacheWrite: undefined,
  },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

/** Sums the reported fields; undefined if none is reported. */
export function sumOf(usage: WireObject, fields: readonly string[]): number | undefined {
  const counts = fields.flatMap((field) => readCount(usage[field]) ?? []);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/**
 * As OpenAI's protocols count, in which what was read from a cache and what was thought are parts
 * of the sums. DeepSeek says the cached part in a field of its own; what was written to a cache is
 * sent by OpenRouter beside that, by LiteLLM in Anthropic's field.
 */
function createCount(asked: string, answered: string): (usage: WireObject) => NeutralUsage {
  return (usage) => {
    const input = readCount(usage[`${asked}_tokens`]);
    const output = readCount(usage[`${answered}_tokens`]);
    const { cached_tokens: cached = usage['prompt_cache_hit_tokens'], cache_write_tokens: kept } =
      groupIn(usage, asked);
    const cacheRead = readCount(cached) ?? 0;
    const cacheWrite = readCount(kept ?? usage['cache_creation_input_tokens']);
    const reasoning = readCount(groupIn(usage, answered)['reasoning_tokens']) ?? 0;
    return {
      inputTokens: {
        total: input,
        noCache: input && Math.max(0, input - cacheRead - (cacheWrite ?? 0)),
        cacheRead,
        cacheWrite,
      },
      outputTokens: { total: output, text: output && Math.max(0, output - reasoning), reasoning },
    };
  };
}

function groupIn(usage: WireObject, name: string): WireObject {
  const group = usage[`${name}_tokens_details`];
  return isRecord(group) ? group : {};
}

export const countChatTokens = createCount('prompt', 'completion');
export const countResponseTokens = createCount('input', 'output');

/** Numbers are added, groups of numbers one by one; what only one side has stays. */
export function addUsage(one: WireObject | undefined, other: WireObject): WireObject {
  if (one === undefined) return other;
  const sums = Object.entries(other).map(([field, value]) => {
    const before = one[field];
    if (typeof value === 'number' && typeof before === 'number')
      return [field, before + value] as const;
    if (isRecord(value) && isRecord(before)) return [field, addUsage(before, value)] as const;
    return [field, value] as const;
  });
  return { ...one, ...Object.fromEntries(sums) };
}
