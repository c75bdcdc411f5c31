/** Selects fields of an object. */

import type { WireObject } from './is-record.ts';

export function pickFields(object: WireObject, fields: readonly string[]): WireObject {
  return Object.fromEntries(
    fields.flatMap((field) => (field in object ? [[field, object[field]]] : [])),
  );
}

type SaidFields<T> = { [Field in keyof T]?: NonNullable<T[Field]> };

/** Selects those that are not undefined. */
export function pickSaid<T extends object, Field extends keyof T>(
  object: T,
  fields: readonly Field[],
): SaidFields<Pick<T, Field>>;
export function pickSaid(object: WireObject, fields: readonly string[]): WireObject {
  return Object.fromEntries(
    fields.flatMap((field) => (object[field] == null ? [] : [[field, object[field]]])),
  );
}
