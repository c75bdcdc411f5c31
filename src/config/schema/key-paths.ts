/** Key paths of a configuration as people type them, and lists of the possible ones. */

import type { KeyPath } from './schema.ts';
import { listFieldNames, listKeys } from './schema-walk.ts';
import { valueAtPath } from './values.ts';

/**
 * Reads `providers.xiaomi.credentials[0].env` or `providers["my.name"].base_url` as keys and
 * indexes.
 */
export function readKeyPath(keyPath: string): KeyPath {
  const parts = keyPath.matchAll(
    /\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|((?:[^.[\]]|(?<=\d)\.(?=\d))+)/g,
  );
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

/** `readKeyPath` reads the result back unchanged. */
export function formatKeyPath(path: KeyPath): string {
  return path.reduce<string>((whole, part) => {
    if (typeof part === 'number') return `${whole}[${part}]`;
    const isJoined = /\d$/.test(whole) && /^\d/.test(part);
    if (isJoined || /[.[\]"]|^$/.test(part)) return `${whole}[${JSON.stringify(part)}]`;
    return whole === '' ? part : `${whole}.${part}`;
  }, '');
}

/**
 * Lists all key paths of the schema, including those below names of the user's own in `value`, the
 * configuration.
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
 * Names that can be typed without quotes: a dot or a bracket would need them, for us and for the
 * shell.
 */
function listNames(value: unknown): readonly (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).filter((name) => /^[^.[\]"\s]+$/.test(name));
}

/** Lists the allowed values at a key path; empty if they are not a fixed set. */
export function listChoices(keyPath: string): readonly string[] {
  return listFieldNames(readKeyPath(keyPath));
}
