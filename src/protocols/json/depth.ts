/**
 * How deep the brackets of a JSON text stand. `JSON.parse` goes to any depth, but whatever walks
 * what it has made, or writes it again, goes by recursion and ends at several thousand levels. What
 * providers and models write is looked at here before it is walked (steps 4 and 6 of a request).
 */

import { parseOrNothing } from './is-record.ts';
import { JsonTokens, mostLevels, token } from './scan.ts';

/**
 * Whether brackets stand within more brackets than a request may have. A text too short to close as
 * many is not read.
 */
export function isTooDeep(text: string): boolean {
  if (text.length < 2 * mostLevels) return false;
  const tokens = new JsonTokens([Buffer.from(text)]);
  let levels = 0;
  for (let next = tokens.next(); next !== token.end; next = tokens.next()) {
    if (next === token.openObject || next === token.openList) levels += 1;
    else if (next === token.closeObject || next === token.closeList) levels -= 1;
    if (levels > mostLevels) return true;
  }
  return false;
}

/** The value, or undefined where the text is not JSON, or too deep to be walked. */
export function parseShallow(text: string, parse = parseOrNothing): unknown {
  return isTooDeep(text) ? undefined : parse(text);
}
