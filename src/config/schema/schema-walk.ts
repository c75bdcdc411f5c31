/** Finds the schema's field at a key path, and its possible keys. */

import { z } from 'zod';
import { shownDefaults } from './fields.ts';
import { configSchema, type KeyPath } from './schema.ts';

type Schema = z.core.$ZodType;

/** The schema at a path, without optional wrappers; undefined if the path is unknown. */
function findSchema(path: KeyPath): Schema | undefined {
  const found = findWrapped(path);
  return found === undefined ? undefined : unwrapSchema(found);
}

function findWrapped(path: KeyPath): Schema | undefined {
  return path.reduce<Schema | undefined>(
    (schema, part) => (schema === undefined ? undefined : schemaBelow(unwrapSchema(schema), part)),
    configSchema,
  );
}

/** True if the schema of this path takes the value. */
export function fitsSchema(path: KeyPath, value: unknown): boolean {
  const found = findWrapped(path);
  return found !== undefined && z.safeParse(found, value).success;
}

export function isKnown(path: KeyPath): boolean {
  return path.length > 0 && findWrapped(path) !== undefined;
}

/** The default of a key as shown to people. Undefined if it has none. */
export function findDefault(path: KeyPath): string | undefined {
  const found = findWrapped(path);
  return found && (shownDefaults.get(found) ?? shownDefaults.get(unwrapSchema(found)))?.shown;
}

/** Lists the defaults that are values, of keys with a fixed path. */
export function listDefaults(
  path: KeyPath = [],
): readonly { readonly path: KeyPath; readonly shown: string }[] {
  return listKeys(path).flatMap((key) => {
    const below = [...path, key];
    const found = findWrapped(below);
    const own = found && shownDefaults.get(found);
    return own?.isValue ? [{ path: below, shown: own.shown }] : listDefaults(below);
  });
}

/** Lists every setting: `*` is a name of the user's own, `[]` an item of a list. */
export function listPatterns(schema: Schema = configSchema, path = ''): readonly string[] {
  const inner = unwrapSchema(schema);
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (inner instanceof z.ZodObject)
    return Object.entries(inner.shape).flatMap(([name, field]) => listPatterns(field, below(name)));
  if (inner instanceof z.ZodRecord) return listPatterns(inner.valueType, below('*'));
  const isOfGroups = inner instanceof z.ZodArray && inner.element instanceof z.ZodObject;
  return isOfGroups ? listPatterns(inner.element, below('[]')) : [path];
}

/** The keys of the object at this path; empty if any key is allowed. */
export function listKeys(path: KeyPath): readonly string[] {
  const schema = findSchema(path);
  const object = schema === undefined ? undefined : pickObject(schema);
  return object === undefined ? [] : Object.keys(object.shape);
}

/** The allowed words at a path; empty if anything is allowed. */
export function listFieldNames(path: KeyPath): readonly string[] {
  const schema = findSchema(path);
  if (schema instanceof z.ZodBoolean) return ['true', 'false'];
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

/** True if a whole `${VARIABLE}` here stands for a number. */
export function expectsNumber(path: KeyPath): boolean {
  return findSchema(path) instanceof z.ZodNumber;
}

/** True if the number at this path is a time in seconds, as its description says. */
export function isInSeconds(path: KeyPath): boolean {
  const found = findWrapped(path);
  if (found === undefined) return false;
  const { description } = z.globalRegistry.get(found) ?? {};
  return /\bin seconds\b/.test(description ?? '');
}

export function unwrapSchema(schema: Schema): Schema {
  return schema instanceof z.ZodOptional ? unwrapSchema(schema.unwrap()) : schema;
}

/** Picks the object out of a union. */
function pickObject(schema: Schema): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (!(schema instanceof z.ZodUnion)) return undefined;
  return schema.options.find((option): option is z.ZodObject => option instanceof z.ZodObject);
}

function schemaBelow(schema: Schema, part: string | number): Schema | undefined {
  const object = pickObject(schema);
  if (object !== undefined) {
    return Object.hasOwn(object.shape, part) ? object.shape[part] : undefined;
  }
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  return undefined;
}
