/**
 * Decides how a configured value is shown: everything but a literal key, and what a provider's
 * `headers` and `query` hold. Pure.
 */

import { wholeVariable } from './interpolate.ts';
import type { KeyPath } from './schema.ts';

const keyNames = /^api[-_ ]?keys?$/i;
/** Misspelt ones count too. */
const addedNames = /^(headers?|query|queries)$/i;

/** Blanks a literal key and an added value; the name of a variable is shown. */
export function showLeaf(path: KeyPath, leaf: unknown): unknown {
  if (leaf === null || leaf === undefined || !(isAtKey(path) || isAdded(path))) return leaf;
  if (isAdded(path) && path.length === 3 && typeof leaf === 'object') return leaf; // has names
  return isReference(leaf) ? leaf : '********';
}

/** True if the value would be a key written out, which is no argument of a command. */
export function isLiteralKey(path: KeyPath, leaf: unknown): boolean {
  return leaf !== null && leaf !== undefined && isAtKey(path) && !isReference(leaf);
}

/** True for what config adds to every request to a provider: it may be a key or not. */
export function isAdded(path: KeyPath): boolean {
  return path[0] === 'providers' && addedNames.test(String(path[2]));
}

/**
 * True if the value may be a key. Values below `api_key` count too, and so does a misspelt
 * `api_key`.
 */
function isAtKey(path: KeyPath): boolean {
  const isOurs = path[0] === 'providers' || path[0] === 'auxiliary';
  return path.some((part, index) => (isOurs || index === 0) && keyNames.test(String(part)));
}

function isReference(leaf: unknown): boolean {
  return typeof leaf === 'string' && wholeVariable(leaf) !== undefined;
}
