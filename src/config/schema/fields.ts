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

/** A field that may be left out: what it means, and what holds then. */
export function optional<Schema extends z.ZodType>(
  schema: Schema,
  meaning: string,
  fallback: string | number,
): z.ZodOptional<Schema> {
  return schema.optional().describe(`${meaning} Default: ${fallback}.`);
}
