/**
 * The command line that corrects a mistyped key or value of the configuration. Pure; its users try
 * the line before they tell it.
 */

import type { Typo } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { ShellLine } from '../../model/fix.ts';
import { formatKeyPath, readKeyPath } from '../schema/key-paths.ts';
import { type MeantConfig, mendWords, readMeant } from '../schema/meant-keys.ts';
import { isKnown } from '../schema/schema-walk.ts';
import { listLeaves, valueAtPath } from '../schema/values.ts';
import { readDocument } from './document.ts';
import { isShownWhole, writeConfigValue } from './edit.ts';

/**
 * Returns undefined if no command can fix it: the value is a list, or the name occurs more than
 * once.
 */
export function correctTypo(
  key: string,
  { of, written, meant }: Typo,
  text: string,
): ShellLine | undefined {
  if (meant === undefined) return undefined;
  if (of === 'form') return shellLine`holdfast config set ${key} ${meant}`;
  const replace = (name: string): string | undefined => {
    if (name === written) return meant;
    return name.startsWith(`${written}/`) ? `${meant}${name.slice(written.length)}` : undefined;
  };
  if (of === 'key') {
    const name = replace(String(readKeyPath(key).at(-1)));
    return name === undefined ? undefined : renameKey(key, name, text);
  }
  const value = valueAtPath(readMeantText(text).value, readKeyPath(key));
  const corrected = typeof value === 'string' ? replace(value) : undefined;
  return corrected === undefined
    ? undefined
    : shellLine`holdfast config set ${key} ${writeConfigValue(corrected)}`;
}

/** A file that cannot be read has no value to move. */
function readMeantText(text: string): MeantConfig {
  return readMeant(readDocument('', text).value);
}

/**
 * The new name has the value as it was meant, with what else is misspelt in it. It is set before
 * the old one is removed: others refer to it. Returns undefined if the command would overwrite a
 * value or contain a secret.
 */
export function renameKey(key: string, name: string, text: string): ShellLine | undefined {
  const config = readMeantText(text);
  const path = readKeyPath(key);
  const renamed = [...path.slice(0, -1), name];
  const to = formatKeyPath(renamed);
  const isMoved = formatKeyPath(config.written(renamed)) === key;
  const value = valueAtPath(mendWords(config.value), isMoved ? renamed : path);
  const isTaken = !isMoved && valueAtPath(config.value, renamed) !== undefined;
  if (value === undefined || isTaken) return undefined;
  const written = writeConfigValue(value);
  const parts = listLeaves(value, renamed);
  if (!parts.every(({ path: part }) => isKnown(part))) return undefined; // it may be a key
  if (![key, to].every((place) => isShownWhole(place, written))) return undefined;
  return shellLine`holdfast config set ${to} ${written} && holdfast config unset ${key}`;
}
