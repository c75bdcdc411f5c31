/** Signatures of simulated reasoning: only what this provider thought itself is taken back. */

import { createHash } from 'node:crypto';

const prefix = 'sim-';

/** The signature of a piece of reasoning. */
export function sign(thinking: string): string {
  return prefix + createHash('sha256').update(`signed ${thinking}`).digest('base64');
}

/** Reasoning that nobody else can read. */
export function encrypt(thinking: string): string {
  return prefix + Buffer.from(thinking).toString('base64');
}

/** True for what `encrypt` made. */
export function isEncryptedHere(data: unknown): boolean {
  return typeof data === 'string' && data.startsWith(prefix);
}
