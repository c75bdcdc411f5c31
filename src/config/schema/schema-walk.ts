/** Questions put to the schema: what stands at a key path, and which keys it may have. */

import { z } from 'zod';
import { shownDefaults } from './fields.ts';
import { configSchema, type KeyPath } from './schema.ts';

type Schema = z.core.$ZodType;

/** The schema at a path, without optional wrappers; undefined where nothing is described. */
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

/** Whether the schema knows a key at this path. */
export function isKnown(path: KeyPath): boolean {
  return path.length > 0 && findWrapped(path) !== undefined;
}

/** What holds for a key that has no value, as it is shown. Undefined: nothing does. */
export function findDefault(path: KeyPath): string | undefined {
  const found = findWrapped(path);
  return found && (shownDefaults.get(found) ?? shownDefaults.get(unwrapSchema(found)))?.shown;
}

/** The description stands on the optional wrapper or on what it wraps. */
export function meaningOf(schema: Schema | undefined): string {
  if (schema === undefined) return '';
  const own = schema instanceof z.ZodType ? schema.description : undefined;
  const inner = unwrapSchema(schema);
  return own ?? (inner instanceof z.ZodType ? (inner.description ?? '') : '');
}

/** The keys an object at this path may have; empty where any may stand. */
export function listKeys(path: KeyPath): readonly string[] {
  const schema = findSchema(path);
  const object = schema === undefined ? undefined : pickObject(schema);
  return object === undefined ? [] : Object.keys(object.shape);
}

/** The words that may stand at a path; empty where anything may. */
export function listFieldNames(path: KeyPath): readonly string[] {
  const schema = findSchema(path);
  if (schema instanceof z.ZodBoolean) return ['true', 'false'];
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

/** Whether a whole `${VARIABLE}` here stands for a number. */
export function expectsNumber(path: KeyPath): boolean {
  return findSchema(path) instanceof z.ZodNumber;
}

export function unwrapSchema(schema: Schema): Schema {
  return schema instanceof z.ZodOptional ? unwrapSchema(schema.unwrap()) : schema;
}

/** The object of a union, or the object itself. */
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
