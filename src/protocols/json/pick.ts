/** Some fields of an object. */

import type { WireObject } from './is-record.ts';

/** The object with these of its fields only. */
export function pickFields(object: WireObject, fields: readonly string[]): WireObject {
  return Object.fromEntries(
    fields.flatMap((field) => (field in object ? [[field, object[field]]] : [])),
  );
}

type SaidFields<T> = { [Field in keyof T]?: NonNullable<T[Field]> };

/** The same of those that say something. */
export function pickSaid<T extends object, Field extends keyof T>(
  object: T,
  fields: readonly Field[],
): SaidFields<Pick<T, Field>>;
export function pickSaid(object: WireObject, fields: readonly string[]): WireObject {
  return Object.fromEntries(
    fields.flatMap((field) => (object[field] == null ? [] : [[field, object[field]]])),
  );
}
