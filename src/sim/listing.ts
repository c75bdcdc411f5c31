/**
 * The tables of models and keys for people, shown by `holdfast sim --list` and `GET /v1/models`.
 */

import { keyPrefix, keyRows } from './key-table.ts';
import { modelRows } from './model-table.ts';
import type { NameRow } from './name-table.ts';

/** Every fault model's name starts with this. */
export const modelPrefix = 'sim/';

/** Is one printable row; `N` in a name stands for a number. */
export interface SimListing {
  readonly name: string;
  /** A name that works as it is. */
  readonly example: string;
  readonly effect: string;
}

/** Lists every model and what it does. */
export const simModels: readonly SimListing[] = modelRows.map((row) => toListing(modelPrefix, row));

/** Lists every key and what happens to it. */
export const simKeys: readonly SimListing[] = keyRows.map((row) => toListing(keyPrefix, row));

function toListing(prefix: string, [name, effect, , example = name]: NameRow<unknown>): SimListing {
  return { name: `${prefix}${name}`, example: `${prefix}${example}`, effect };
}
