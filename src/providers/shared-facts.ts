/** Facts that several entries share. */

import type { Edit } from '../model/target.ts';
import type { ModelEntry, Origins } from './entry.ts';

/** Facts of all rows, with their date and verification; a row's own fact overrides them. */
type SharedFacts = Pick<ModelEntry, 'asOf' | 'verified'> & Partial<ModelEntry>;

/** Merges shared facts into the rows of an entry's models. */
export function modelsOf(
  shared: SharedFacts,
  rows: readonly (Pick<ModelEntry, 'id'> & Partial<ModelEntry>)[],
): readonly ModelEntry[] {
  return rows.map((row) => ({ ...shared, ...row }));
}

/** A third party lists these models, as seen on one day. */
export const listed = { asOf: '2026-11-10', verified: '3' } as const;

/** Returns OpenAI's two protocols and Anthropic's at one base URL. */
export function atOne(baseUrl: string): Origins {
  return { 'openai-chat': baseUrl, 'openai-responses': baseUrl, 'anthropic-messages': baseUrl };
}

/** For servers of `openai-chat` from before it renamed the output limit and added a role. */
export const olderChat: readonly Edit[] = [
  { kind: 'rename', field: 'max_completion_tokens', to: 'max_tokens' },
  { kind: 'role', from: 'developer', to: 'system' },
];
