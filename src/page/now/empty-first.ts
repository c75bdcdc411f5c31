/** Which limit of all keys is empty first. Pure. */

import type { CredentialState } from '../../explain/snapshot/snapshot.ts';
import type { LimitWindow } from '../../model/credential.ts';

export interface LimitOfKey {
  readonly credential: CredentialState;
  readonly limit: LimitWindow;
}

/** What is left of shorter ones is other in a moment, and says nothing to a person. */
const leastLengthMs = 3_600_000;

/**
 * Returns the limit that is empty first at the pace of late, else the one with the least left.
 * Undefined if nothing is known of any.
 */
export function findEmptyFirst(credentials: readonly CredentialState[]): LimitOfKey | undefined {
  const all = credentials.flatMap((credential) =>
    [...credential.windows, ...(credential.logins ?? []).flatMap(({ windows }) => windows)].map(
      (limit) => ({ credential, limit }),
    ),
  );
  return (
    leastOf(all, ({ emptyAt }) => emptyAt) ??
    leastOf(all, ({ share, lengthMs = 0 }) => (lengthMs < leastLengthMs ? undefined : share))
  );
}

function leastOf(
  all: readonly LimitOfKey[],
  read: (limit: LimitWindow) => number | undefined,
): LimitOfKey | undefined {
  const known = all.flatMap((one) => {
    const value = read(one.limit);
    return value === undefined ? [] : [{ one, value }];
  });
  return known.toSorted((one, other) => one.value - other.value)[0]?.one;
}
