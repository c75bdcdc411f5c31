/** Some fields of an object. */

import type { WireObject } from './is-record.ts';

/** The object with these of its fields only. */
export function pick(object: WireObject, fields: readonly string[]): WireObject {
  return Object.fromEntries(fields.flatMap((field) => (field in object ? [[field, object[field]]] : [])));
}
