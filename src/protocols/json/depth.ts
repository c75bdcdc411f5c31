/**
 * How deep the brackets of a JSON text stand. `JSON.parse` goes to any depth, but whatever walks
 * what it has made, or writes it again, goes by recursion and ends at several thousand levels. What
 * providers and models write is looked at here before it is walked (steps 4 and 6 of a request).
 */

import { parseOrNothing } from './is-record.ts';
import { mostLevels } from './scan.ts';

const quote = 0x22;
const backslash = 0x5c;
const openObject = 0x7b;
const closeObject = 0x7d;
const openList = 0x5b;
const closeList = 0x5d;

/**
 * Whether brackets stand within more brackets than a request may have. A text too short to close as
 * many is not read.
 */
export function isTooDeep(text: string): boolean {
  if (text.length < 2 * mostLevels) return false;
  let levels = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openObject || code === openList) levels += 1;
    else if (code === closeObject || code === closeList) levels -= 1;
    if (levels > mostLevels) return true;
  }
  return false;
}

/** The value, or undefined where the text is not JSON, or too deep to be walked. */
export function parseShallow(text: string, parse = parseOrNothing): unknown {
  return isTooDeep(text) ? undefined : parse(text);
}

/** The place of the quotation mark that ends what begins at this one. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscapedAt(text, start, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

/** Whether an odd number of backslashes stands right before it. */
function isEscapedAt(text: string, start: number, at: number): boolean {
  let first = at;
  while (first - 1 > start && text.charCodeAt(first - 1) === backslash) first -= 1;
  return (at - first) % 2 === 1;
}
