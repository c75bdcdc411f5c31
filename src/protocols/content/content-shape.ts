/**
 * Which values the content fields of an answer may have (law 17). A field with another value holds
 * words that nobody can read: its event is damage. Each protocol writes its shapes with these;
 * fields that no shape names are not looked at. Pure.
 */

import { isFilled, isRecord } from '../json/is-record.ts';

/** Whether a value is what its place takes. */
export type Fits = (value: unknown) => boolean;

/** Null, '', [] and {} say nothing, wherever they stand. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isRecord(value)) return false;
  for (const _ in value) return false;
  return true;
}

export const fitsText: Fits = (value) => typeof value === 'string' || isNothing(value);

/** The input of a tool: some servers write the object itself in place of its text. */
export const toolInput: Fits = (value) =>
  typeof value === 'string' || isRecord(value) || isNothing(value);

/** An object; those of its fields that are named here have values of their own. */
export function fields(named: Readonly<Record<string, Fits>>): Fits {
  const known = new Map(Object.entries(named));
  return (value) => {
    if (!isRecord(value)) return isNothing(value);
    for (const field in value) {
      const fits = known.get(field);
      if (fits !== undefined && !fits(value[field])) return false;
    }
    return true;
  };
}

/** A list of objects. */
export function listOf(item: Fits): Fits {
  return (value) => {
    if (!Array.isArray(value)) return isNothing(value);
    for (const one of value) if (!isRecord(one) || !item(one)) return false;
    return true;
  };
}

/** A text, or the list of its parts. A part has a type, or says its text without one. */
export function textOrParts(part: Fits): Fits {
  const parts = listOf(
    (one) => isRecord(one) && (isFilled(one['type']) || isFilled(one['text'])) && part(one),
  );
  return (value) => (Array.isArray(value) ? parts(value) : fitsText(value));
}

/** What a whole answer is whose content has such a field. */
export const wrongType = {
  kind: 'malformed',
  detail: 'a JSON body with content of a wrong type',
} as const;
