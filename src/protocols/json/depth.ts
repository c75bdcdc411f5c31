/**
 * Limits the nesting of JSON texts. `JSON.parse` accepts any depth, but recursive walks and
 * `JSON.stringify` overflow the stack at several thousand levels. Texts from providers and models
 * are checked before they are walked (steps 4 and 6 of a request).
 */

import { parseOrNothing } from './is-record.ts';
import { JsonTokens, mostLevels, token } from './scan.ts';

/**
 * True if the text is nested deeper than a request may be. A text too short for that is not read.
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

/** Undefined if the text is not JSON, or too deep to be walked. */
export function parseShallow(text: string, parse = parseOrNothing): unknown {
  return isTooDeep(text) ? undefined : parse(text);
}
