/**
 * The command line that corrects a mistyped key or value of the configuration. Pure; its users try
 * the line before they tell it.
 */

import type { Typo } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { ShellLine } from '../../model/fix.ts';
import { formatKeyPath, readKeyPath } from '../schema/key-paths.ts';
import { isShownWhole, readConfigValue, writeConfigValue } from './edit.ts';

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
  const value = configValueAt(text, key);
  const corrected = typeof value === 'string' ? replace(value) : undefined;
  return corrected === undefined
    ? undefined
    : shellLine`holdfast config set ${key} ${writeConfigValue(corrected)}`;
}

function configValueAt(text: string, key: string): unknown {
  try {
    return readConfigValue(text, key);
  } catch {
    return undefined; // an unreadable file has no value to move
  }
}

/**
 * Removes the old key first, since a file with both is invalid. Returns undefined if the command
 * would overwrite a value or contain a secret.
 */
export function renameKey(key: string, name: string, text: string): ShellLine | undefined {
  const renamed = formatKeyPath([...readKeyPath(key).slice(0, -1), name]);
  const value = configValueAt(text, key);
  if (value === undefined || configValueAt(text, renamed) !== undefined) return undefined;
  const written = writeConfigValue(value);
  if (![key, renamed].every((path) => isShownWhole(path, written))) return undefined;
  return shellLine`holdfast config unset ${key} && holdfast config set ${renamed} ${written}`;
}
