/** Tells versions of a secret at an origin apart by a fingerprint that does not reveal them. */

import { hash } from 'node:crypto';

/**
 * Returns `sha256:` and 16 hex digits of origin and secret. Called for every lease: `hash` takes
 * half the time of a hash object.
 */
export function fingerprintOf(origin: string, secret: string): string {
  return `sha256:${hash('sha256', `${origin}\n${secret}`).slice(0, 16)}`;
}
