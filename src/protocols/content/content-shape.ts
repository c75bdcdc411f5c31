/**
 * Checks the values of an answer's content fields (law 17). An unexpected value may hide words, so
 * its event counts as damage. Each protocol builds its shapes from these; fields in no shape are
 * not checked. Pure.
 */

import { isFilled, isRecord } from '../json/is-record.ts';

/** Tells whether a value is valid in its place. */
export type Fits = (value: unknown) => boolean;

/** Null, '', [] and {} count as no content anywhere. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isRecord(value)) return false;
  for (const _ in value) return false;
  return true;
}

export const fitsText: Fits = (value) => typeof value === 'string' || isNothing(value);

/** Accepts a tool's input: some servers send the object itself instead of its text. */
export const toolInput: Fits = (value) =>
  typeof value === 'string' || isRecord(value) || isNothing(value);

/** Accepts an object; the named fields have checks of their own. */
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

/** A text or a list of parts. A part has a type, or a text without one. */
export function textOrParts(part: Fits): Fits {
  const parts = listOf(
    (one) => isRecord(one) && (isFilled(one['type']) || isFilled(one['text'])) && part(one),
  );
  return (value) => (Array.isArray(value) ? parts(value) : fitsText(value));
}

export function lacksField(field: string): { readonly kind: 'malformed'; readonly detail: string } {
  return { kind: 'malformed', detail: `a JSON body without "${field}"` };
}

/** Is the verdict on a whole answer with an invalid content field. */
export const wrongType = {
  kind: 'malformed',
  detail: 'a JSON body with content of a wrong type',
} as const;
