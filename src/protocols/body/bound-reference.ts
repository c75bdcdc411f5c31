/** References to objects that one account keeps, with names for messages. */

import type { BoundReference } from '../contract/protocol.ts';

/** Empty if the field is not a name. */
export function boundTo(field: string, id: unknown): readonly BoundReference[] {
  return typeof id === 'string' && id !== '' ? [{ name: id, text: `${field} "${id}"` }] : [];
}
