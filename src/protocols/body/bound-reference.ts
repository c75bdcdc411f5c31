/** References to objects that one account keeps, with names for messages. */

import type { BoundReference } from '../contract/protocol.ts';
import { textsIn } from '../json/is-record.ts';

/** Empty if the field is not a name. */
export function boundTo(field: string, id: unknown): readonly BoundReference[] {
  return textsIn(id).map((name) => ({ name, text: `${field} "${name}"` }));
}
