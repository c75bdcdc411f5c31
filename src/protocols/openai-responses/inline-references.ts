/** Adapts a JSON schema to the vendor, which refuses some references (translate leg). Pure. */

import { isRecord, type WireObject } from '../json/is-record.ts';

/**
 * An `allOf` with a single reference becomes that reference; at the top it is
 * replaced by its target.
 */
export function inlineReferences(schema: WireObject): WireObject {
  const unwrapped = unwrapEach(schema);
  const plain = isRecord(unwrapped) ? unwrapped : schema;
  const { $ref: reference, ...rest } = plain;
  const [, group = '', name = ''] =
    /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(reference)) ?? [];
  const found = isRecord(rest[group]) ? rest[group][name] : undefined;
  return isRecord(found) ? { ...found, ...rest } : plain;
}

function unwrapEach(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(unwrapEach);
  if (!isRecord(schema)) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([word, part]) => [word, unwrapEach(part)]),
  );
  const { allOf, ...rest } = inner;
  const only: unknown = Array.isArray(allOf) && allOf.length === 1 ? allOf[0] : undefined;
  const isReference =
    isRecord(only) && typeof only['$ref'] === 'string' && Object.keys(only).length === 1;
  return isReference ? { ...rest, ...only } : inner;
}
