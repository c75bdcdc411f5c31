/**
 * Keeps objects that contain a secret in plain text from printing it: JSON and `inspect` show a
 * replacement.
 */

import { inspect } from 'node:util';

/** Returns the same object, printed as `shown`. Code can still read its fields by name. */
export function maskInPrint<T extends object>(value: T, shown: unknown): T {
  const print = { value: () => shown, enumerable: false };
  return Object.defineProperties(value, { toJSON: print, [inspect.custom]: print });
}
