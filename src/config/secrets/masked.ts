/**
 * Objects that must hold a secret in plain text, kept from printing it: JSON and `inspect` show
 * what is shown instead.
 */

import { inspect } from 'node:util';

/**
 * The same object, printed as `shown`. Its own fields stay readable to code that asks for them by
 * name.
 */
export function maskInPrint<T extends object>(value: T, shown: unknown): T {
  const print = { value: () => shown, enumerable: false };
  return Object.defineProperties(value, { toJSON: print, [inspect.custom]: print });
}
