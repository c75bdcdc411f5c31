/** Checks labels of stored keys and logins: one word, unique within its provider. */

import { CredentialError } from '../../errors.ts';

export interface Labelled {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
}

/** The words about an entry that already has the label, and what to do. */
export interface TakenWords {
  readonly what: string;
  readonly wayOut: (id: string) => string;
}

/** Returns the label to store. Throws `credential-refused`. */
export function checkLabel(
  siblings: readonly Labelled[],
  label: string,
  { what, wayOut }: TakenWords,
): string {
  const trimmed = label.trim();
  if (!/^[^\s:/\p{Cc}]{1,64}$/u.test(trimmed)) {
    throw new CredentialError('credential-refused', 'this label cannot be used', {
      fix: 'take one word of at most 64 characters, without ":" and "/"',
    });
  }
  const taken = siblings.find((other) => other.label === trimmed);
  if (taken === undefined) return trimmed;
  throw new CredentialError(
    'credential-refused',
    `${taken.provider} has ${what} labelled ${trimmed}`,
    {
      fix: `take another label, or ${wayOut(taken.id)}`,
    },
  );
}
