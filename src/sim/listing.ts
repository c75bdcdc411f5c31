/**
 * The tables of models and keys as people read them: `holdfast sim --list` and `GET /v1/models`
 * show these.
 */

import { keyPrefix, keyRows } from './key-table.ts';
import { modelRows } from './model-table.ts';
import type { NameRow } from './name-table.ts';

/** What every fault model's name begins with. */
export const modelPrefix = 'sim/';

/** One printable row: `N` in a name stands for a number. */
export interface SimListing {
  readonly name: string;
  /** A name that can be used as it stands. */
  readonly example: string;
  readonly effect: string;
}

/** Every model and what it does. */
export const simModels: readonly SimListing[] = modelRows.map((row) => toListing(modelPrefix, row));

/** Every key and what becomes of it. */
export const simKeys: readonly SimListing[] = keyRows.map((row) => toListing(keyPrefix, row));

function toListing(prefix: string, [name, effect, , example = name]: NameRow<unknown>): SimListing {
  return { name: `${prefix}${name}`, example: `${prefix}${example}`, effect };
}
