/**
 * Creates a value that fits a JSON schema, deterministically: the arguments of a simulated tool
 * call.
 */

import { isJsonObject, type JsonObject, toItems, toText } from './json-value.ts';

const depthLimit = 6;
const strings: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '12:00:00Z',
  email: 'sim@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

interface SchemaPlace {
  readonly root: unknown;
  readonly depth: number;
  /** Is the name of the property; texts repeat it. */
  readonly name: string;
}

/** Returns an empty object for an invalid schema. */
export function sampleSchema(schema: unknown): unknown {
  return isJsonObject(schema) ? sample(schema, { root: schema, depth: 0, name: 'value' }) : {};
}

function sample(schema: unknown, place: SchemaPlace): unknown {
  if (!isJsonObject(schema) || place.depth > depthLimit) return null;
  if ('const' in schema) return schema['const'];
  const [listed] = toItems(schema['enum'] ?? schema['examples']);
  if (listed !== undefined) return listed;
  if ('default' in schema) return schema['default'];
  const inner = resolveReference(schema, place.root) ?? chooseBranch(schema);
  return inner === undefined ? sampleType(schema, place) : sample(inner, deeper(place, place.name));
}

function resolveReference(schema: JsonObject, root: unknown): unknown {
  const reference = toText(schema['$ref']);
  if (!reference?.startsWith('#')) return undefined;
  const steps = reference.split('/').slice(1);
  return steps.reduce<unknown>((at, step) => (isJsonObject(at) ? at[step] : undefined), root);
}

function chooseBranch(schema: JsonObject): unknown {
  const branches = toItems(schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']);
  return (
    branches.find((branch) => isJsonObject(branch) && branch['type'] !== 'null') ?? branches[0]
  );
}

function deeper(place: SchemaPlace, name: string): SchemaPlace {
  return { root: place.root, depth: place.depth + 1, name };
}

function sampleType(schema: JsonObject, place: SchemaPlace): unknown {
  switch (typeName(schema)) {
    case 'string':
      return sampleText(schema, place.name);
    case 'integer':
    case 'number':
      return sampleNumber(schema);
    case 'boolean':
      return true;
    case 'array':
      return sampleArray(schema, place);
    case 'object':
      return sampleObject(schema, place);
    default:
      return null;
  }
}

function typeName(schema: JsonObject): string | undefined {
  const type = schema['type'];
  const named = toText(type) ?? toText(toItems(type).find((item) => item !== 'null'));
  return named ?? ('properties' in schema ? 'object' : undefined);
}

function sampleText(schema: JsonObject, name: string): string {
  const format = strings[toText(schema['format']) ?? ''];
  if (format !== undefined) return format;
  const text = `sim ${name}`.padEnd(toNumber(schema['minLength'], 0), '.');
  return text.slice(0, toNumber(schema['maxLength'], text.length));
}

function sampleNumber(schema: JsonObject): number {
  const least = toNumber(schema['minimum'], toNumber(schema['exclusiveMinimum'], 0) + 1);
  return Math.min(least, toNumber(schema['maximum'], least));
}

function sampleArray(schema: JsonObject, place: SchemaPlace): readonly unknown[] {
  const length = Math.min(Math.max(1, toNumber(schema['minItems'], 1)), 100);
  return Array.from({ length }, () =>
    sample(schema['items'] ?? { type: 'string' }, deeper(place, place.name)),
  );
}

function sampleObject(schema: JsonObject, place: SchemaPlace): JsonObject {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, sample(inner, deeper(place, name))]),
  );
}

function toNumber(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
