/**
 * Parses JSON without changing numbers of tools: `9007199254740993`, `1e400` or `1.0` in a call's
 * input or in a schema must stay as written, and JavaScript would change them. Used where a body or
 * event is translated, and where an answer is continued.
 */

import { isTooDeep } from './depth.ts';
import { parseOrNothing } from './is-record.ts';
import { walkText } from './walk-text.ts';

/** Fields whose content belongs to a tool, a model or a caller. Numbers in them stay as written. */
const ownWords: ReadonlySet<string> = new Set([
  'args',
  'arguments',
  'functionCall',
  'function_call',
  'functionResponse',
  'function_response',
  'input',
  'input_schema',
  'parameters',
  'parametersJsonSchema',
  'parameters_json_schema',
  'responseJsonSchema',
  'response_json_schema',
  'responseSchema',
  'response_schema',
  'schema',
]);

/** Finds such a field that holds more than a text. */
const ownNumbers = new RegExp(String.raw`"(?:${[...ownWords].join('|')})"\s*:\s*[{[\d-]`);
/** Such a field's name may be written with escapes. */
const escapedLetter = '\\u00';

/**
 * Finds numbers that JavaScript would write differently: 16 or more digits, many decimals, an
 * exponent, a final zero after the point, or minus zero. A match inside a string only costs a walk.
 * The pattern factors out the leading digit: five alternatives with one each cost ten times as
 * much.
 */
const oddNumber =
  /\d(?:\d{15}|\d{7}\.\d|\.\d{7}|(?=[eE][+-]?\d)(?<=(?:^|[\s:,[-])[\d.]*)|\.\d*0(?!\d))|-0(?![\d.])/;

/** Throws like `JSON.parse`. Hardly any text has such a number, and to look for one is cheap. */
export function parseExact(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!oddNumber.test(text)) return value;
  const start = text.includes(escapedLetter) ? 0 : text.search(ownNumbers);
  if (start < 0 || !oddNumber.test(text.slice(start))) return value;
  return walkText(Buffer.from(text), value, { isKept: (field) => ownWords.has(field) });
}

/**
 * For the input of a call, all of which belongs to the tool. Throws like `JSON.parse`, and if it is
 * too deep to be walked.
 */
export function parseOwnWords(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError('its brackets are nested too deep');
  const value: unknown = JSON.parse(text);
  return oddNumber.test(text) ? walkText(Buffer.from(text), value, {}) : value;
}

/** Undefined if the text is not JSON. */
export function parseExactOrNothing(text: string): unknown {
  return parseOrNothing(text, parseExact);
}
