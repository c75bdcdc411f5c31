/** Facts that several entries share, each said once. */

import type { Edit } from '../model/target.ts';
import type { ModelEntry, Origins } from './entry.ts';

/**
 * What all the rows have in common, with when and how it was established; a row's own word counts
 * before it.
 */
type SharedFacts = Pick<ModelEntry, 'asOf' | 'verified'> & Partial<ModelEntry>;

/** The rows of an entry's models: what several of them share is said once above them. */
export function modelsOf(
  shared: SharedFacts,
  rows: readonly (Pick<ModelEntry, 'id'> & Partial<ModelEntry>)[],
): readonly ModelEntry[] {
  return rows.map((row) => ({ ...shared, ...row }));
}

/** Models as a third party listed them on one day, vendor by vendor. */
export const listed = { asOf: '2026-11-10', verified: '3' } as const;

/** OpenAI's two protocols and Anthropic's at one base URL. */
export function atOne(baseUrl: string): Origins {
  return { 'openai-chat': baseUrl, 'openai-responses': baseUrl, 'anthropic-messages': baseUrl };
}

/**
 * For servers that speak `openai-chat` as it was before it got a new name for the output limit, and
 * a new role.
 */
export const olderChat: readonly Edit[] = [
  { kind: 'rename', field: 'max_completion_tokens', to: 'max_tokens' },
  { kind: 'role', from: 'developer', to: 'system' },
];
