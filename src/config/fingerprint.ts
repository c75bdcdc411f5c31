/** The fingerprint of a secret: tells one version of one secret from another at one origin, and reveals neither. */

import { createHash } from 'node:crypto';

/** `sha256:` and 16 hex digits of origin and secret. */
export function fingerprintOf(origin: string, secret: string): string {
  return `sha256:${createHash('sha256').update(`${origin}\n${secret}`).digest('hex').slice(0, 16)}`;
}
