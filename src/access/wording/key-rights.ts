/** What mends a key that lacks a right, or is restricted: the right is named as its vendor does. */

import type { Fix } from '../../model/fix.ts';
import { advises } from './speakers.ts';

/** A right by its name, behind the words that ask for it, or in quotation marks before them. */
const rightNamed =
  /(?:authori[sz]ed to perform|permission|\bscopes?|data action)\b[^.]{0,60}?[\s`'"(]((?:[a-z][\w-]*[.:/])+[\w*-]+)|[`'"]([\w.:-]+)[`'"] permission\b/i;

/** The vendor of a key may call it a scope, a role or an action: who has it may do the request. */
export function fixRight(words: string): Fix {
  const found = rightNamed.exec(words);
  const [whole = '', behind, before] = found ?? [];
  const name = behind ?? before;
  const rest = words.slice((found?.index ?? 0) + whole.length);
  const [more = ''] = (!/\b(any|one)[ _]of\b/i.test(words) && moreRights.exec(rest)) || [];
  const rights = more === '' ? `right ${name}` : `rights ${name}${more}`;
  const first = advises(words, { cause: 'forbidden-key' }) ? 'do as it says, or ' : '';
  return {
    text: `${first}give the key, or the account or role that it is of, the ${name === undefined ? 'right to do this' : rights}; or use another key that has ${more === '' ? 'it' : 'them'}`,
  };
}

/** Behind the first of a list. */
const moreRights = /^(?:,? (?:and )?[a-z][\w-]*(?:[.:/][\w*-]+)+)+/i;

const keyPage = 'the Google Cloud console (APIs & Services > Credentials > this key)';

/** A restriction of a key is of the key alone: another key, or another restriction. */
export function fixRestricted(allowed: string): () => Fix {
  return () => ({
    text: `the key is restricted to ${allowed}: change that in ${keyPage}, or give it another key`,
  });
}
