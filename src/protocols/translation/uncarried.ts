/** Finds the fields of a whole answer that are left out in another protocol. */

import { isRecord } from '../json/is-record.ts';

/** Describes an object of an answer. Fields that it does not list are left out. */
export interface AnswerFields {
  /** Fields whose whole value is carried, or says nothing of the answer's content. */
  readonly carried: readonly string[];
  /** Types of which there is a translation. Default: all. */
  readonly types?: readonly string[];
  /** Fields with objects, or lists of them. */
  readonly inner?: Readonly<Record<string, AnswerFields>>;
}

/** Returns places such as `choices[].message.annotations`. */
export function listUncarried(value: unknown, fields: AnswerFields, place = ''): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((item) => listUncarried(item, fields, `${place}[]`));
  if (!isRecord(value)) return [];
  const { type } = value;
  const { carried, types, inner = {} } = fields;
  if (typeof type === 'string' && types?.includes(type) === false)
    return [`${place} of the type ${type}`];
  return Object.entries(value).flatMap(([name, said]) => {
    if (name === 'type' || carried.includes(name) || saysNothing(said)) return [];
    const at = place === '' ? name : `${place}.${name}`;
    const known = inner[name];
    return known === undefined ? [at] : listUncarried(said, known, at);
  });
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0 && !JSON.isRawJSON(value);
}
