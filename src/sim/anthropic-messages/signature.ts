/** Signs simulated reasoning: this provider accepts back only reasoning that it made itself. */

import { createHash } from 'node:crypto';

const prefix = 'sim-';

export function sign(thinking: string): string {
  return prefix + createHash('sha256').update(`signed ${thinking}`).digest('base64');
}

/** Makes redacted reasoning, which only `isEncryptedHere` recognises. */
export function encrypt(thinking: string): string {
  return prefix + Buffer.from(thinking).toString('base64');
}

/** Returns true for results of `encrypt`. */
export function isEncryptedHere(data: unknown): boolean {
  return typeof data === 'string' && data.startsWith(prefix);
}
