/**
 * Converts a `Schema` of `google-generate-content` to JSON Schema (translate leg): types in
 * capitals, numbers as text, `nullable`. Pure. https://ai.google.dev/api/caching#Schema, read
 * 2026-11.
 */

import { isRecord, type WireObject } from '../json/is-record.ts';
import { toExactNumber } from '../json/walk-text.ts';

const counts: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);

export function toJsonSchema(schema: WireObject): WireObject {
  const { nullable, propertyOrdering: order, example, ...rest } = schema;
  const fields = Object.entries(rest).map(
    ([field, value]) =>
      [
        field,
        convertKeyword(field, field === 'properties' ? inOrder(value, order) : value),
      ] as const,
  );
  const converted: WireObject = Object.fromEntries(fields);
  return {
    ...converted,
    ...(nullable === true ? { type: [converted['type'], 'null'] } : {}),
    ...(example === undefined ? {} : { examples: [example] }),
  };
}

/** JSON Schema cannot express the order of fields, so they are written in that order. */
function inOrder(properties: unknown, order: unknown): unknown {
  if (!isRecord(properties) || !Array.isArray(order)) return properties;
  const first = order.filter((name) => typeof name === 'string' && name in properties);
  return Object.fromEntries(
    [...first, ...Object.keys(properties)].map((name) => [name, properties[name]]),
  );
}

function convertKeyword(field: string, value: unknown): unknown {
  if (field === 'type') return typeof value === 'string' ? value.toLowerCase() : value;
  if (counts.has(field))
    return typeof value === 'string' && /^\d+$/.test(value) ? toExactNumber(value) : value;
  if (field === 'items') return isRecord(value) ? toJsonSchema(value) : value;
  if (field === 'anyOf' && Array.isArray(value))
    return value.map((one) => convertKeyword('items', one));
  if (field !== 'properties' || !isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, convertKeyword('items', one)]),
  );
}
