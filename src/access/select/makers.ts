/**
 * Says which caller may use what was made at a provider: files, batches and stored answers belong
 * to the key of this gateway that made them (step 2 of a request).
 */

import type { Redactor } from '../../credentials/redact/redact.ts';
import type { AccessRequest } from '../../model/request.ts';

/** The maker of all who have no key of their own: they share. No key has this name. */
export const sharedMaker = '';

/** True for an object without a maker too: nobody knows who made it. */
export function mayUse(
  { maker = sharedMaker, seesAll }: Pick<AccessRequest, 'maker' | 'seesAll'>,
  owner: string | undefined,
): boolean {
  return owner === undefined || owner === maker || seesAll === true;
}

/**
 * Returns whose is what an answer names: what comes with an object belongs to `maker`, to whom that
 * belongs; nobody knows who made what is listed; all else is new.
 */
export function findMaker(
  { passage, maker: asking = sharedMaker }: Pick<AccessRequest, 'passage' | 'maker'>,
  maker: string | undefined,
): string | undefined {
  if (passage?.object !== undefined) return maker;
  return passage === undefined || passage.method === 'POST' ? asking : undefined;
}

/**
 * True if it may be stored in the state file: no secret (law 20), and an id has no spaces, while
 * prompts have (law 2).
 */
export function isPlainId(name: string, redactor: Pick<Redactor, 'mentions'>): boolean {
  return !/\s/.test(name) && !redactor.mentions(name);
}
