/**
 * Tokens as `anthropic-messages` counts them: told at the start of a stream, and told again,
 * complete, at its end.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import { readCount } from '../translation/lenient.ts';
import type { NeutralUsage } from '../translation/neutral.ts';
import { sumOf } from '../translation/usage.ts';

const inputFields = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'];

/** What was read from a cache, or written into one, was read too. */
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

/** What a later event says holds; what it does not say stays. */
export function updateUsage(usage: WireObject | undefined, later: unknown): WireObject | undefined {
  if (!isRecord(later)) return usage;
  const said = Object.entries(later).filter(([, value]) => value !== null && value !== undefined);
  return { ...usage, ...Object.fromEntries(said) };
}
