/** What of a configured value may be shown: everything but a key that is written out. Pure. */

import { wholeVariable } from './interpolate.ts';
import type { KeyPath } from './schema.ts';

const keyNames = /^api[-_ ]?keys?$/i;

/** A value as it may be shown: a literal key is blanked, the name of a variable is not. */
export function showLeaf(path: KeyPath, leaf: unknown): unknown {
  if (leaf === null || leaf === undefined || !isAtKey(path)) return leaf;
  return typeof leaf === 'string' && wholeVariable(leaf) !== undefined ? leaf : '********';
}

/**
 * Whether this may be a key. Values below `api_key` count too, and so does a misspelt `api_key`.
 */
function isAtKey(path: KeyPath): boolean {
  const isOurs = path[0] === 'providers' || path[0] === 'auxiliary';
  return path.some((part, index) => (isOurs || index === 0) && keyNames.test(String(part)));
}
