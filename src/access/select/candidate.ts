/** One who may carry a request (step 2): a target of its route with one way to authenticate. */

import type { CredentialPool } from '../../credentials/pool/pool.ts';
import type { Credential } from '../../model/credential.ts';
import type { Target } from '../../model/target.ts';

/** One target of the route with its pool; no pool where the target needs no key, or has none. */
export interface Place {
  readonly target: Target;
  readonly reason: string;
  readonly pool: CredentialPool | undefined;
}

/** One target with one way to authenticate. */
export interface Candidate {
  readonly key: string;
  readonly place: Place;
  readonly target: Target;
  /** Absent where the target needs no key. */
  readonly credential: Credential | undefined;
}

/** The token of a login is always a bearer's, however the vendor takes its keys. */
export function createCandidate(place: Place, credential: Credential | undefined): Candidate {
  const target: Target =
    credential?.source === 'oauth' ? { ...place.target, authStyle: 'bearer' } : place.target;
  const key = credential === undefined ? target.id : `${target.id} ${credential.id}`;
  return { key, place, target, credential };
}
