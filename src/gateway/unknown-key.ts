/**
 * What a caller is told whose key the gateway does not know (the first check of a request): what
 * the text looks like, without a character of it. Pure.
 */

import type { Headers } from '../model/request.ts';
import { builtinEntries } from '../providers/builtin.ts';
import { createCatalogue } from '../providers/catalogue.ts';

/** What came where the key belongs, and is not looked at. */
export function describeUnread({ authorization }: Headers): string {
  if (authorization === undefined) return '';
  const [word = ''] = authorization.split(' ');
  if (/^bearer$/i.test(word))
    return ': what follows the word Bearer is empty, as an unset variable';
  return /^(basic|digest)$/i.test(word)
    ? ` that is read: it authorizes by ${word}, with a user and a password`
    : ' that is read: what it sends as authorization lacks the word Bearer before it';
}

/** No key of a caller is known then: the one that was shown may be good. */
export const unread =
  "this gateway cannot read its file of callers' keys, so it does not know whether this is one of them";
export const fixUnread =
  'whoever runs it sees the fault with holdfast doctor; the key may be good, and needs no change';

/** Whose gateway this is stays unsaid: anybody may ask without a key. */
export const anothers =
  'this is not a key of this Holdfast gateway; it looks like one of the gateway of another home, an old one, or one made since this gateway started';

/** What is sent where a key was meant, told without a character of it. */
const textForms: readonly (readonly [form: RegExp, words: string])[] = [
  [/^$/, 'empty, as a variable that is not set'],
  [/^\$\(|^`/, 'the text of a command, which no shell has run: write it in double quotes'],
  [/^\$|^%\w+%$|^\{\{.*\}\}$/, 'the name of a variable, which nothing has replaced'],
  [/^bearer\b/i, 'the word Bearer twice'],
  [/^["'].*["']$/, 'a text in quotation marks, which are no part of a key'],
  [/^[<[].*[>\]]$|\byour[-_ ]|^x+$|^[.…*]+$/i, 'a placeholder, as documentation has'],
];

/** An agent sends its own key if a variable of its shell has one. */
export function describeForeign(key: string): string {
  const [vendor] = createCatalogue(builtinEntries).providersOfKeyPrefix(key);
  const form = textForms.find(([fits]) => fits.test(key))?.[1];
  if (form !== undefined) return `this is not a key of this Holdfast gateway: it is ${form}`;
  const like = vendor === undefined ? '' : `; it looks like a key of ${vendor.name}`;
  return `this is not a key of this Holdfast gateway${like}`;
}
