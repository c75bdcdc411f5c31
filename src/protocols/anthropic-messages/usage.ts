/** Tokens as `anthropic-messages` counts them: told at the start of a stream, and told again, complete, at its end. */

import type { Usage } from '../../model/record.ts';
import { isRecord, type WireObject } from '../is-record.ts';
import { sumOf, toUsage } from '../usage.ts';

const inputFields = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'];

/** For the record: what was read from a cache was read too. */
export function readUsage(usage: WireObject | undefined): Usage | undefined {
  if (usage === undefined) return undefined;
  return toUsage({
    input: sumOf(usage, inputFields),
    output: usage['output_tokens'],
    cached: usage['cache_read_input_tokens'],
    cacheWrite: usage['cache_creation_input_tokens'],
  });
}

/** What a later event says holds; what it does not say stays. */
export function updateUsage(usage: WireObject | undefined, later: unknown): WireObject | undefined {
  if (!isRecord(later)) return usage;
  const said = Object.entries(later).filter(([, value]) => value !== null && value !== undefined);
  return { ...usage, ...Object.fromEntries(said) };
}
