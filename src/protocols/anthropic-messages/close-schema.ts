/**
 * Adapts a JSON schema to the vendor: what it refuses moves into the description or is rewritten
 * (translate leg). Pure.
 */

import { isRecord, listIn, type WireObject } from '../json/is-record.ts';

/** Keywords without subschemas, which are accepted unchanged. */
const plainWords: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$ref',
  'title',
  'description',
  'default',
  'const',
  'enum',
  'type',
  'required',
]);
/** Keywords with a schema, a list of schemas, or schemas by name. */
const partWords: ReadonlySet<string> = new Set(['items', 'anyOf', 'allOf']);
const groupWords: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);
const formats: ReadonlySet<unknown> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);
/** The vendor refuses more optional fields than this in total. */
const mostOptional = 24;

/**
 * Closes every object, and sets no limits on numbers, lengths and patterns.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs, read 2026-11.
 */
export function closeSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closeSchema);
  if (!isRecord(schema)) return schema;
  const isObject = schema['type'] === 'object' || isRecord(schema['properties']);
  const limits = describeLimits(schema);
  const said = typeof schema['description'] === 'string' ? `${schema['description']}\n` : '';
  return {
    ...keepKeywords(schema),
    ...(isObject ? { additionalProperties: false } : {}),
    ...(limits === '' ? {} : { description: `${said}${limits}` }),
  };
}

function keepKeywords(schema: WireObject): WireObject {
  const kept = Object.entries(schema).flatMap(
    ([word, value]): readonly (readonly [string, unknown])[] => {
      if (word === 'additionalProperties' || !isKeptKeyword(word, value, schema)) return [];
      if (groupWords.has(word)) return [[word, isRecord(value) ? closeEach(value) : value]];
      if (word === 'oneOf') return [['anyOf', closeSchema(value)]];
      return [[word, partWords.has(word) ? closeSchema(value) : value]];
    },
  );
  return Object.fromEntries(kept);
}

function closeEach(group: WireObject): WireObject {
  return Object.fromEntries(
    Object.entries(group).map(([name, schema]) => [name, closeSchema(schema)]),
  );
}

/** Describes unsupported limits in words for the model. */
function describeLimits(schema: WireObject): string {
  const limits = Object.entries(schema).flatMap(([word, value]) => {
    const saysNothing = value === undefined || value === null || value === false;
    if (saysNothing || isKeptKeyword(word, value, schema)) return [];
    return [`${word}: ${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
  return limits.join('; ');
}

function isKeptKeyword(word: string, value: unknown, schema: WireObject): boolean {
  if (word === 'format') return formats.has(value);
  if (word === 'oneOf') return !('anyOf' in schema);
  const isPart = partWords.has(word) || groupWords.has(word);
  return isPart || plainWords.has(word) || word === 'additionalProperties';
}

/**
 * True if the vendor accepts it as an answer format: no additional fields, not too many optional
 * ones, no recursion.
 */
export function canClose(schema: unknown): boolean {
  const text = JSON.stringify(schema) ?? '';
  return !text.includes('"$ref"') && !allowsMore(schema) && countOptional(schema) <= mostOptional;
}

function allowsMore(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(allowsMore);
  if (!isRecord(schema)) return false;
  const { additionalProperties: more, type, properties } = schema;
  const isAnything = type === 'object' && !isRecord(properties) && more !== false;
  if (more === true || isRecord(more) || isAnything) return true;
  return Object.values(schema).some(allowsMore);
}

function countOptional(schema: unknown): number {
  if (Array.isArray(schema))
    return schema.reduce<number>((sum, one) => sum + countOptional(one), 0);
  if (!isRecord(schema)) return 0;
  const { properties } = schema;
  const required = new Set(listIn(schema['required']));
  const names = isRecord(properties) ? Object.keys(properties) : [];
  const own = names.filter((name) => !required.has(name)).length;
  return Object.values(schema).reduce<number>((sum, one) => sum + countOptional(one), own);
}
