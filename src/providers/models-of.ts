/** The rows of an entry's models: what several of them share is said once above them. */

import type { ModelEntry } from './entry.ts';

/** What all the rows have in common, with when and how it was established; a row's own word counts before it. */
type SharedFacts = Pick<ModelEntry, 'asOf' | 'verified'> & Partial<ModelEntry>;

export function modelsOf(
  shared: SharedFacts,
  rows: readonly (Pick<ModelEntry, 'id'> & Partial<ModelEntry>)[],
): readonly ModelEntry[] {
  return rows.map((row) => ({ ...shared, ...row }));
}
