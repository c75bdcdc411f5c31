/** The key paths of a configuration as a person types them, for those who look for one. */

import type { KeyPath } from './schema.ts';
import { listFieldNames, listKeys } from './schema-walk.ts';
import { valueAtPath } from './values.ts';

/**
 * `providers.xiaomi.credentials[0].env` or `providers["my.name"].base_url`, as keys and indexes.
 */
export function readKeyPath(keyPath: string): KeyPath {
  const parts = keyPath.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...parts].map(([, quoted, index, plain = '']) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? plain : readQuoted(quoted);
  });
}

function readQuoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1); // `["a\d"]`, typed by a person who meant the backslash
  }
}

/** The same for people, who may type it: `readKeyPath` reads it back as it was. */
export function formatKeyPath(path: KeyPath): string {
  return path.reduce<string>((whole, part) => {
    if (typeof part === 'number') return `${whole}[${part}]`;
    if (/[.[\]"]|^$/.test(part)) return `${whole}[${JSON.stringify(part)}]`;
    return whole === '' ? part : `${whole}.${part}`;
  }, '');
}

/**
 * Every key path that the schema knows, below names of the user's own too where `value`, the
 * configuration, has such.
 */
export function listKeyPaths(value: unknown, path: KeyPath = []): readonly string[] {
  const own = path.length === 0 ? [] : [formatKeyPath(path)];
  const names = new Set([...listKeys(path), ...listNames(value)]);
  return [
    ...own,
    ...[...names].flatMap((name) => listKeyPaths(valueAtPath(value, [name]), [...path, name])),
  ];
}

/**
 * Names that can be typed as they are: one with a dot or a bracket would need quotes for us and for
 * the shell.
 */
function listNames(value: unknown): readonly (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).filter((name) => /^[^.[\]"\s]+$/.test(name));
}

/** The values that may stand at a key path; empty where they are not a few words. */
export function listChoices(keyPath: string): readonly string[] {
  return listFieldNames(readKeyPath(keyPath));
}
