/**
 * The command that was probably meant by one that does not exist: other programs have other words
 * for the same. Pure.
 */

import { readKeyPath } from '../../config/schema/key-paths.ts';
import { isKnown } from '../../config/schema/schema-walk.ts';
import { Redactor } from '../../credentials/redact/redact.ts';
import { quoteWord } from '../../host/quote-word.ts';
import { catalogue } from '../../providers/builtin.ts';
import { type Entries, entries } from './commands.ts';

/** What is typed, and ours of that meaning: the first one that the group has. */
const verbs: readonly (readonly [typed: string, ours: string])[] = [
  ['rm del delete erase forget remove revoke unset clear', 'remove revoke unset delete clear'],
  ['new create generate make append add', 'add'],
  ['put update change set', 'set'],
  ['ls all list', 'list show'],
  ['view cat print read get show', 'show get list'],
  ['enable up run', 'start'],
  ['disable down kill', 'stop'],
  ['state info', 'status'],
  ['validate lint verify check', 'check test'],
  ['unblock unbench', 'reset'],
  ['label title', 'rename'],
  ['signin', 'login'],
  ['signout', 'logout'],
];

/** First words of other programs, with ours. */
const otherWords: Readonly<Record<string, string>> = {
  run: 'serve',
  up: 'serve',
  server: 'serve',
  gateway: 'serve',
  proxy: 'serve',
  ping: 'health',
  setup: 'init',
  configure: 'init',
  onboard: 'init',
  dashboard: 'ui',
  web: 'ui',
  open: 'ui',
  usage: 'cost',
  stats: 'cost',
  spend: 'cost',
  budget: 'cost',
  limits: 'cost',
  history: 'sessions list',
  resume: 'chat --continue',
  diagnose: 'doctor',
  debug: 'doctor',
  providers: 'auth list',
  use: 'config set main',
  version: '--version',
  '-v': '--version',
};

/** Where more than one group has a verb, the one that a first word means. */
const preferred: readonly string[] = ['auth', 'config', 'service'];

/** The words behind `holdfast`, without a key; undefined where nothing is near. */
export function findMeantCommand(words: readonly string[]): string | undefined {
  const redactor = new Redactor();
  const [first = '', ...rest] = words.filter((word) => redactor.redact(word) === word);
  const group = entries[first]?.[1];
  if (typeof group === 'object') return findBelow(first, group, rest);
  if (group !== undefined) return undefined;
  const plain = first.toLowerCase();
  if (plain !== first) return findPlain(plain, rest);
  const own = otherWords[first];
  if (own !== undefined) return first === 'use' ? [own, ...rest.map(quoteWord)].join(' ') : own;
  const holder = preferred.find((name) => Object.hasOwn(listBelow(name), first));
  return holder === undefined ? undefined : join(holder, first, ...rest);
}

/** Written in capitals. */
function findPlain(first: string, rest: readonly string[]): string | undefined {
  const meant = findMeantCommand([first, ...rest]);
  return meant ?? (Object.hasOwn(entries, first) ? join(first, ...rest) : undefined);
}

function join(...words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function listBelow(name: string): Entries {
  const below = entries[name]?.[1];
  return typeof below === 'object' ? below : {};
}

function findBelow(name: string, group: Entries, words: readonly string[]): string | undefined {
  const [verb = '', ...rest] = words;
  if (verb === '' || Object.hasOwn(group, verb)) return undefined;
  if (Object.hasOwn(group, verb.toLowerCase())) return join(name, verb.toLowerCase(), ...rest);
  const ours = verbs.find(([typed]) => typed.split(' ').includes(verb))?.[1].split(' ') ?? [];
  const known = ours.find((other) => Object.hasOwn(group, other));
  if (known !== undefined) return join(name, known, ...rest);
  const left = unsaid[name]?.(verb, rest.length > 0);
  return left === undefined ? undefined : join(name, left, verb, ...rest);
}

/** The verb that is left out where a group is followed by what it is about. */
const unsaid: Readonly<Record<string, (word: string, hasValue: boolean) => string | undefined>> = {
  auth: (word) => (catalogue.names.includes(word) ? 'add' : undefined),
  fallback: (word) => (word.includes('/') ? 'add' : undefined),
  config: (word, hasValue) => {
    if (!isKnown(readKeyPath(word))) return undefined;
    return hasValue ? 'set' : 'get';
  },
};
