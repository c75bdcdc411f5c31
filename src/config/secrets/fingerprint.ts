/**
 * The fingerprint of a secret: tells one version of one secret from another at one origin, and
 * reveals neither.
 */

import { hash } from 'node:crypto';

/**
 * `sha256:` and 16 hex digits of origin and secret. Made at every lease: `hash` takes half the time
 * of a hash object.
 */
export function fingerprintOf(origin: string, secret: string): string {
  return `sha256:${hash('sha256', `${origin}\n${secret}`).slice(0, 16)}`;
}
