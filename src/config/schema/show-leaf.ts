/** Decides how a configured value is shown: everything but a literal key. Pure. */

import { wholeVariable } from './interpolate.ts';
import type { KeyPath } from './schema.ts';

const keyNames = /^api[-_ ]?keys?$/i;

/** Blanks a literal key; the name of a variable is shown. */
export function showLeaf(path: KeyPath, leaf: unknown): unknown {
  if (leaf === null || leaf === undefined || !isAtKey(path)) return leaf;
  return typeof leaf === 'string' && wholeVariable(leaf) !== undefined ? leaf : '********';
}

/**
 * True if the value may be a key. Values below `api_key` count too, and so does a misspelt
 * `api_key`.
 */
function isAtKey(path: KeyPath): boolean {
  const isOurs = path[0] === 'providers' || path[0] === 'auxiliary';
  return path.some((part, index) => (isOurs || index === 0) && keyNames.test(String(part)));
}
