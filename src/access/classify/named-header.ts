/**
 * Finds the header of our own configuration that a refusal is about (step 4 of a request): the key
 * beside it may be good. Pure.
 */

import type { Headers } from '../../model/request.ts';

/** In characters. A shorter name or value occurs in too many words by chance, as one word does. */
const minLength = 6;

/** Returns the name of the header that the words name, by its name or by its value. */
export function findNamedHeader(words: string, added: Headers = {}): string | undefined {
  const said = plain(words);
  const isNamed = (text: string): boolean =>
    text.length >= minLength && /\w\W+\w|[_\d]/.test(text) && said.includes(plain(text));
  const names = Object.keys(added);
  return names.find(isNamed) ?? names.find((name) => isNamed(added[name] ?? ''));
}

/** Servers write names in any case, with spaces or with underscores. Only whole words are equal. */
function plain(text: string): string {
  return ` ${text} `.toLowerCase().replaceAll(/[^\p{L}\d]+/gu, '-');
}
