/** A reference to what an account keeps, as people are told of it. */

import type { BoundReference } from '../contract/protocol.ts';

/** None where the field names nothing. */
export function boundTo(field: string, id: unknown): readonly BoundReference[] {
  return typeof id === 'string' && id !== '' ? [{ name: id, text: `${field} "${id}"` }] : [];
}
