/**
 * What to say of a key that the schema does not have there: a typo, a key of another level or of
 * another program. Pure.
 */

import type { Typo } from '../../errors.ts';
import { findOwner } from './foreign-file.ts';
import { findMeantKey } from './meant-form.ts';
import { askAbout } from './nearest.ts';
import type { KeyPath } from './schema.ts';
import { fitsSchema, listKeys } from './schema-walk.ts';
import { isObject, valueAtPath } from './values.ts';

interface UnknownKey {
  readonly path: KeyPath;
  readonly message: string;
  readonly fix: string | undefined;
  readonly typo?: Typo;
}

export function describeUnknownKey(root: unknown, parent: KeyPath, key: string): UnknownKey {
  const path = [...parent, key];
  const message = 'unknown key';
  if (key.startsWith('//'))
    return { path, message, fix: 'begin a comment with #, on a line of its own' };
  const known = listKeys(parent);
  const typo = findMeantKey(root, parent, key);
  const value = valueAtPath(root, path);
  const isNear = typo.meant !== undefined && fitsSchema([...parent, typo.meant], value);
  const isSection = parent.length === 0 && typo.meant === 'providers' && isObject(value);
  if (isNear || isSection) return { path, message, fix: askAbout(typo), typo };
  const stranger = parent.length === 0 ? describeStranger(key) : undefined;
  if (stranger !== undefined) return { path, message, fix: stranger };
  const home = homes.find(([above]) => fitsSchema([...above, key], value));
  if (home !== undefined) return { path, message, fix: describeHome(home, key) };
  const body = known.includes('extra_body')
    ? `write it below extra_body, if it is for the server: extra_body: {${key}: …}; or `
    : '';
  const fix = askAbout(typo) ?? `${body}write one of ${known.join(', ')}, or remove it`;
  return { path, message, fix, typo };
}

/** What to do with a key that another program has at the top of its settings. */
function describeStranger(key: string): string | undefined {
  const owner = findOwner(key);
  return (
    strangers.find(([names]) => names.test(key))?.[1] ??
    (owner && `it is of ${owner}, whose settings are not read here: remove it`)
  );
}

/** What several programs have there. */
const strangers: readonly (readonly [names: RegExp, fix: string])[] = [
  [/^(provider|model)$/, 'write main: PROVIDER/MODEL; settings of a provider are below providers'],
  [
    /^(include|import|extend)s?$|^profiles?$/,
    'no other file is included: write what it has into this one, or have HOLDFAST_CONFIG name another whole file',
  ],
];

export const outdent = 'move it to the beginning of a line: it belongs to the whole configuration';

/** Where a key of another level belongs: it was indented too little, or too far. */
const homes: readonly (readonly [home: KeyPath, fix: string])[] = [
  [['providers', 'NAME'], 'indent it below its provider'],
  [[], outdent],
  [['gateway'], 'indent it below gateway'],
  [['auxiliary', 'NAME'], 'indent it below its task'],
];

/** The key path is what `config set` takes. */
function describeHome([above, fix]: (typeof homes)[number], key: string): string {
  return above.length === 0 ? fix : `${fix}, as ${[...above, key].join('.')}`;
}
