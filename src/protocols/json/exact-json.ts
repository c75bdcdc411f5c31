/**
 * JSON in which the numbers of tools stay what they are: `9007199254740993`, `1e400`, `1.0` in the input of a call or in a schema are
 * not ours to read, and JavaScript would write them otherwise. Where a body or an event is parsed to be told in other words (translate
 * leg), and where an answer is continued.
 */

import { isRecord } from './is-record.ts';

/** A number as it was written: `JSON.stringify` writes it so again, and `isRecord` takes it for none. */
interface RawNumber {
  readonly rawJSON: string;
}

declare global {
  interface JSON {
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
  }
}

/** Fields whose content is a tool's, a model's or a caller's own. No number that stands in one of them is read here. */
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
 * Whether a number may stand there that would be written otherwise: of 16 digits and more, with many decimals, an exponent or a last zero
 * behind the point, or less than nothing and nothing. What looks so inside of a string costs a slower parse, and no more. Each way
 * begins with a digit that is written once: five that each look for their own cost ten times as much.
 */
const oddNumber =
  /\d(?:\d{15}|\d{7}\.\d|\.\d{7}|(?=[eE][+-]?\d)(?<=(?:^|[\s:,[-])[\d.]*)|\.\d*0(?!\d))|-0(?![\d.])/;

/** Throws where `JSON.parse` does. */
export function parseExact(text: string): unknown {
  return oddNumber.test(text) ? readNumbers(JSON.parse(text, keepNumber)) : JSON.parse(text);
}

/** The input of a call: all of it is the tool's own. Throws where `JSON.parse` does. */
export function parseOwnWords(text: string): unknown {
  return oddNumber.test(text) ? JSON.parse(text, keepNumber) : JSON.parse(text);
}

/** The value, or undefined where the text is not JSON. */
export function parseExactOrNothing(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined; // every caller says in its own words what that means
  }
}

/** A number from its text: as it was written, where JavaScript would write it otherwise. */
export function toExactNumber(text: string): number | RawNumber {
  const value = Number(text);
  return String(value) === text ? value : JSON.rawJSON(text);
}

function keepNumber(_key: string, value: unknown, written?: { readonly source?: string }): unknown {
  return typeof value === 'number' && written?.source !== undefined ? toExactNumber(written.source) : value;
}

/** Elsewhere numbers are read: a temperature of `1.0` is 1. */
function readNumbers(value: unknown): unknown {
  if (JSON.isRawJSON(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) readEach(value, Object.keys(value));
  else if (isRecord(value))
    readEach(
      value,
      Object.keys(value).filter((name) => !ownWords.has(name)),
    );
  return value;
}

/** In its place: what was just parsed belongs to nobody else. */
function readEach(holder: object, names: readonly string[]): void {
  for (const name of names) {
    const value: unknown = Reflect.get(holder, name);
    const read = readNumbers(value);
    if (read !== value) Reflect.set(holder, name, read);
  }
}
