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

/**
 * The default of a key as shown to people: `600`, `by pace`. Fields without a default have no
 * entry.
 */
export const shownDefaults = z.registry<{ readonly shown: string }>();

/** Adds a field's description and its default. */
export function described<Schema extends z.ZodType>(
  schema: Schema,
  meaning: string,
  fallback: string | number | NoDefault,
): Schema {
  const shown = typeof fallback === 'object' ? `none${fallback.none}` : String(fallback);
  const field = schema.describe(`${meaning} Default: ${shown}.`);
  if (typeof fallback !== 'object') shownDefaults.add(field, { shown });
  return field;
}

/** Does the same for an optional field. */
export function optionalField<Schema extends z.ZodType>(
  schema: Schema,
  meaning: string,
  fallback: string | number | NoDefault,
): z.ZodOptional<Schema> {
  return described(schema.optional(), meaning, fallback);
}
