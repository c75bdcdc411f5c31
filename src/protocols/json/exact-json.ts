/**
 * JSON in which the numbers of tools stay what they are: `9007199254740993`, `1e400`, `1.0` in the
 * input of a call or in a schema are not ours to read, and JavaScript would write them otherwise.
 * Where a body or an event is parsed to be told in other words (translate leg), and where an answer
 * is continued.
 */

import { isTooDeep } from './depth.ts';
import { type WalkUse, walkText } from './walk-text.ts';

/**
 * Fields whose content is a tool's, a model's or a caller's own. No number that stands in one of
 * them is read here.
 */
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

/**
 * Whether a number may stand there that would be written otherwise: of 16 digits and more, with
 * many decimals, an exponent or a last zero behind the point, or less than nothing and nothing.
 * What looks so inside of a string costs a walk, and no more. Each way begins with a digit that is
 * written once: five that each look for their own cost ten times as much.
 */
const oddNumber =
  /\d(?:\d{15}|\d{7}\.\d|\.\d{7}|(?=[eE][+-]?\d)(?<=(?:^|[\s:,[-])[\d.]*)|\.\d*0(?!\d))|-0(?![\d.])/;

/** Throws where `JSON.parse` does. */
export function parseExact(text: string): unknown {
  return parse(text, { isKept: (field) => ownWords.has(field) });
}

/**
 * The input of a call: all of it is the tool's own. Throws where `JSON.parse` does, and where it is
 * too deep to be walked.
 */
export function parseOwnWords(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError('its brackets are nested too deep');
  return parse(text, {});
}

function parse(text: string, use: WalkUse): unknown {
  const value: unknown = JSON.parse(text);
  return oddNumber.test(text) ? walkText(Buffer.from(text), value, use) : value;
}

/** The value, or undefined where the text is not JSON. */
export function parseExactOrNothing(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined; // every caller says in its own words what that means
  }
}
