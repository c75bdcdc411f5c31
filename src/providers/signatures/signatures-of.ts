/** The rows of one vendor: what several of them share is said once above them. */

import type { Signature } from './signature.ts';

/** What all the rows have in common; a row's own word counts before it. */
type SharedFields = Pick<Signature, 'provider' | 'source'> & Partial<Signature>;

export function signaturesOf(
  shared: SharedFields,
  rows: readonly (Pick<Signature, 'id' | 'class' | 'sample'> & Partial<Signature>)[],
): readonly Signature[] {
  return rows.map((row) => ({ ...shared, ...row }));
}
