/**
 * Tells whether an answer's `error` field reports an error: some servers send an empty one in every
 * answer.
 */

import { isRecord } from '../json/is-record.ts';

/** Is false for an absent field, null, `false`, 0, and for an empty text, object or list. */
export function saysFault(error: unknown): boolean {
  if (typeof error === 'object' && error !== null) return Object.keys(error).length > 0;
  return Boolean(error);
}

/**
 * MiniMax answers 200 with a `base_resp` whose `status_code` is not 0; see its native API, read
 * 2026-10.
 */
export function saysVendorFault(base: unknown): boolean {
  return isRecord(base) && typeof base['status_code'] === 'number' && base['status_code'] !== 0;
}
