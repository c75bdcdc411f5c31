/**
 * What a caller is told whose key opens nothing (the first check of a request): it is unknown, and
 * what the text looks like, without a character of it; or it has expired, or was revoked. Pure.
 */

import { RequestError } from '../errors.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Headers } from '../model/request.ts';
import { builtinEntries } from '../providers/builtin.ts';
import { createCatalogue } from '../providers/catalogue.ts';
import type { CallerKey, CallerKeys } from './caller-keys.ts';

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

const notOurs = 'this is not a key of this Holdfast gateway';

/** `hf_` and 32 letters, digits, `-` or `_`. A key that a user chose may be another text. */
const madeLength = 35;

/** Whose gateway this is stays unsaid: anybody may ask without a key. */
export function describeAnothers(key: string): string {
  const foreign = key.search(/[^\w-]/);
  if (foreign >= 0)
    return `${notOurs}: its character ${foreign + 1} is one that no key which Holdfast makes has`;
  if (key.length !== madeLength)
    return `${notOurs}: it has ${key.length} characters, and those that Holdfast makes have ${madeLength}`;
  return `${notOurs}; it looks like one of the gateway of another home, an old one, or one made since this gateway started`;
}

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
  if (form !== undefined) return `${notOurs}: it is ${form}`;
  const owner = vendor?.name ?? (/^sk-[\w-]{20}/.test(key) ? 'a provider' : undefined);
  const like = owner === undefined ? '' : `; it looks like a key of ${owner}`;
  return `${notOurs}${like}`;
}

/** A clock that is wrong ends keys too early, so its date is told. */
export function keyExpired(
  { name = '', expiresAt = 0 }: Partial<Pick<CallerKey, 'name' | 'expiresAt'>>,
  now: number,
): RequestError {
  const [end = '', today = ''] = [expiresAt, now].map((at) => new Date(at).toISOString());
  // one sentence for a day, since refusals are counted by their words
  const what = `the gateway key ${name} expired at ${end}; this machine's date is ${today.slice(0, 10)}`;
  return new RequestError('gateway-key-wrong', what, {
    status: 401,
    fix: `where that date is wrong, set the clock; else make another: ${shellLine`holdfast key revoke ${name}`}, then ${shellLine`holdfast key add ${name}`}`,
  });
}

type Revoked = NonNullable<ReturnType<CallerKeys['findRevoked']>>;

/** An agent that `connect` has set up reads its key from a file: no other key reaches it. */
export function keyRevoked({ name, revokedAt, isReplaced, isShared }: Revoked): RequestError {
  const at = new Date(revokedAt).toISOString();
  const [agent = name] = name.split('-');
  return new RequestError('gateway-key-wrong', `the gateway key ${name} was revoked at ${at}`, {
    status: 401,
    fix: isReplaced
      ? `use the key that has its name now, or make another: ${shellLine`holdfast key add ${`${name}-2`}`}`
      : `make another: ${isShared ? shellLine`holdfast connect ${agent} --write` : shellLine`holdfast key add ${name}`}`,
  });
}
