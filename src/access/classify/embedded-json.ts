/**
 * Finds an object inside a text: wrappers and SDKs put the provider's body into their own message,
 * as JSON, as JSON escaped once more, or as a printed Python dict. Pure.
 */

import { parseShallow } from '../../protocols/json/depth.ts';
import { isRecord, type WireObject } from '../../protocols/json/is-record.ts';

/** At most this many opening braces are tried: a text full of them is no error message. */
const triesLimit = 8;

/** Returns the first object in the text that parses, or undefined. */
export function findObject(text: string): WireObject | undefined {
  return findPlain(text) ?? (text.includes('\\"') ? findPlain(unescapeOnce(text)) : undefined);
}

/** A pretty-printed body has its white space escaped too, like its quotes. */
function unescapeOnce(text: string): string {
  return text.replaceAll(/\\(["\\/nrt])/g, (_, char: string) =>
    'nrt'.includes(char) ? ' ' : char,
  );
}

function findPlain(text: string): WireObject | undefined {
  let start = text.indexOf('{');
  for (let tries = 0; start >= 0 && tries < triesLimit; tries++) {
    const end = findEnd(text, start);
    const cut = text.slice(start, end ?? start);
    const found = parseObject(cut) ?? parseObject(repairJson(cut));
    if (found !== undefined) return found;
    start = text.indexOf('{', start + 1);
  }
  return undefined;
}

/**
 * Returns the index after the brace that closes the one at `start`; braces inside quotes of either
 * kind do not count.
 */
function findEnd(text: string, start: number): number | undefined {
  let depth = 0;
  let quote: string | undefined;
  for (let index = start; index < text.length; index++) {
    const char = text[index];
    if (quote !== undefined) {
      if (char === '\\') index += 1;
      else if (char === quote) quote = undefined;
    } else if (char === '"' || (char === "'" && isOpening(text, index))) quote = char;
    else if (char === '{') depth += 1;
    else if (char === '}' && --depth === 0) return index + 1;
  }
  return undefined;
}

/** An opening quote follows a bracket, comma, colon or blank; an apostrophe is inside a word. */
function isOpening(text: string, index: number): boolean {
  return /[[{(,:\s]/.test(text[index - 1] ?? '');
}

function parseObject(text: string): WireObject | undefined {
  const value = parseShallow(text);
  return isRecord(value) ? value : undefined;
}

const pythonWords: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
};
const pythonToken = /'((?:[^'\\]|\\.)*)'|"(?:[^"\\]|\\.)*"|\b(?:True|False|None)\b/g;

/** Turns `{'error': {'code': None}}` into JSON. */
function repairJson(text: string): string {
  return text.replaceAll(pythonToken, (token: string, single: string | undefined) =>
    single === undefined
      ? (pythonWords[token] ?? token)
      : JSON.stringify(single.replaceAll("\\'", "'")),
  );
}
