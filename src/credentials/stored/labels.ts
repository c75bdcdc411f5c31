/** The labels of stored keys and logins: one word, taken once among those of one provider. */

import { CredentialError } from '../../errors.ts';

/** What can be labelled. */
export interface Labelled {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
}

/** How one that has the label already is named, and what can be done. */
export interface TakenWords {
  readonly what: string;
  readonly wayOut: (id: string) => string;
}

/** The label as it is kept. Throws `credential-refused`. */
export function checkLabel(
  siblings: readonly Labelled[],
  label: string,
  { what, wayOut }: TakenWords,
): string {
  const trimmed = label.trim();
  if (!/^[^\s:/\p{Cc}]{1,64}$/u.test(trimmed)) {
    throw new CredentialError('credential-refused', 'this label cannot be used', {
      howToFix: 'take one word of at most 64 characters, without ":" and "/"',
    });
  }
  const taken = siblings.find((other) => other.label === trimmed);
  if (taken === undefined) return trimmed;
  throw new CredentialError(
    'credential-refused',
    `${taken.provider} has ${what} labelled ${trimmed}`,
    {
      howToFix: `take another label, or ${wayOut(taken.id)}`,
    },
  );
}
