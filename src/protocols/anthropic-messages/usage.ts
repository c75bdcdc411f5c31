/**
 * Token counts of `anthropic-messages`: sent at the start of a stream, and again, complete, at its
 * end.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import { readCount } from '../translation/lenient.ts';
import type { NeutralUsage } from '../translation/neutral.ts';
import { sumOf } from '../translation/usage.ts';

const inputFields = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'];

/** Input includes tokens read from or written to a cache. */
export function countMessageTokens(usage: WireObject): NeutralUsage {
  return {
    inputTokens: {
      total: sumOf(usage, inputFields),
      noCache: readCount(usage['input_tokens']) ?? 0,
      cacheRead: readCount(usage['cache_read_input_tokens']),
      cacheWrite: readCount(usage['cache_creation_input_tokens']),
    },
    outputTokens: {
      total: readCount(usage['output_tokens']),
      text: undefined,
      reasoning: undefined,
    },
  };
}

/** Values of a later event win; missing ones stay. */
export function updateUsage(usage: WireObject | undefined, later: unknown): WireObject | undefined {
  if (!isRecord(later)) return usage;
  const said = Object.entries(later).filter(([, value]) => value !== null && value !== undefined);
  return { ...usage, ...Object.fromEntries(said) };
}
