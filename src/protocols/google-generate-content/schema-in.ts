/** A `Schema` of `google-generate-content` as JSON Schema (translate leg): types in capitals, numbers as text, `nullable`. Pure. https://ai.google.dev/api/caching#Schema, read 2026-11. */

import { isRecord, type WireObject } from '../is-record.ts';

const counts: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);

export function toJsonSchema(schema: WireObject): WireObject {
  const { nullable, propertyOrdering: _, example, ...rest } = schema;
  const fields = Object.entries(rest).map(([field, value]) => [field, convert(field, value)] as const);
  const converted: WireObject = Object.fromEntries(fields);
  return {
    ...converted,
    ...(nullable === true ? { type: [converted['type'], 'null'] } : {}),
    ...(example === undefined ? {} : { examples: [example] }),
  };
}

function convert(field: string, value: unknown): unknown {
  if (field === 'type') return typeof value === 'string' ? value.toLowerCase() : value;
  if (counts.has(field)) return typeof value === 'string' ? Number(value) : value;
  if (field === 'items') return isRecord(value) ? toJsonSchema(value) : value;
  if (field === 'anyOf' && Array.isArray(value)) return value.map((one) => convert('items', one));
  if (field !== 'properties' || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, convert('items', one)]));
}
