/** Creates fields of the configuration's schema. */

import { z } from 'zod';

export const text = z.string().min(1);

/** Shown in lists, logs and messages, which a line break or an escape would garble. */
export const line = text.refine(
  (value) => !/\p{Cc}/u.test(value),
  'expected one line without control characters',
);

export const count = z.int().positive();

export const seconds = z.number().positive();

/** The key has no default; `more` says what its absence means. */
interface NoDefault {
  readonly none: string;
}

export function none(more = ''): NoDefault {
  return { none: more };
}

type ShownFallback = string | number | boolean | readonly string[] | NoDefault;

/** Fields without a default have no entry. */
export const shownDefaults = z.registry<{
  /** As people read it: `600`, `by pace`. */
  readonly shown: string;
  /** False if `shown` describes the default in words. */
  readonly isValue: boolean;
}>();

/** Adds a field's description and its default. A text is a value only in a closed set. */
export function described<Schema extends z.ZodType>(
  schema: Schema,
  meaning: string,
  fallback: ShownFallback,
): Schema {
  const isNone = typeof fallback === 'object' && 'none' in fallback;
  const shown = isNone ? `none${fallback.none}` : [fallback].flat().join(', ');
  const field = schema.describe(`${meaning} Default: ${shown}.`);
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  const isValue = typeof fallback !== 'string' || inner instanceof z.ZodEnum;
  if (!isNone) shownDefaults.add(field, { shown, isValue });
  return field;
}

/** Does the same for an optional field. */
export function optionalField<Schema extends z.ZodType>(
  schema: Schema,
  meaning: string,
  fallback: ShownFallback,
): z.ZodOptional<Schema> {
  return described(schema.optional(), meaning, fallback);
}
