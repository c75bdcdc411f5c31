/**
 * Whether the `error` of an answer says that something went wrong: some servers write an empty one
 * into every answer.
 */

import { isRecord } from '../json/is-record.ts';

/** False for what is absent, null, `false`, 0, and for an empty text, object or list. */
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
