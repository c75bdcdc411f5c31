/**
 * The failure classes: one row each, with everything that differs between them. To add a class, add
 * its row to one of these files (CONTRIBUTING); docs/errors.md lists them in this order. Data.
 */

import { accountClasses } from './of-accounts.ts';
import { keyClasses } from './of-keys.ts';
import { requestClasses } from './of-requests.ts';
import { serverClasses } from './of-servers.ts';
import { ourClasses } from './of-us.ts';
import type { FailureRow } from './row.ts';

export const failureClasses = {
  ...keyClasses,
  ...accountClasses,
  ...serverClasses,
  ...requestClasses,
  ...ourClasses,
};

/** The classes that docs/errors.md explains. */
export type FailureClass = keyof typeof failureClasses;

/**
 * Returns the row of a class. A record or mark of another version may have a class that does not
 * exist here: it counts as `unknown`.
 */
export function rowOfClass(name: FailureClass): FailureRow {
  return failureClasses[name] ?? failureClasses.unknown;
}

export function isFailureClass(name: string): name is FailureClass {
  return Object.hasOwn(failureClasses, name);
}
