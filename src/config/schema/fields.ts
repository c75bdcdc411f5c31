/** What fields of the configuration's schema are made of. */

import { z } from 'zod';

export const text = z.string().min(1);

/** Shown in lists, logs and messages, which a line break or an escape would garble. */
export const line = text.refine(
  (value) => !/\p{Cc}/u.test(value),
  'expected one line without control characters',
);

export const count = z.int().positive();

export const seconds = z.number().positive();

/** Nothing holds where a key has no value; `more` says what that means. */
interface NoDefault {
  readonly none: string;
}

export function none(more = ''): NoDefault {
  return { none: more };
}

/**
 * What holds for a key that has no value, as it is shown: `600`, `by pace`. Fields without a
 * default have no entry.
 */
export const shownDefaults = z.registry<{ readonly shown: string }>();

/** What a field means, and what holds where it is left out. */
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

/** The same of a field that may be left out. */
export function optionalField<Schema extends z.ZodType>(
  schema: Schema,
  meaning: string,
  fallback: string | number | NoDefault,
): z.ZodOptional<Schema> {
  return described(schema.optional(), meaning, fallback);
}
