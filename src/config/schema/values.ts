/** Reads and maps the plain values of a configuration. Pure. */

import type { KeyPath } from './schema.ts';

/** Undefined if the path does not exist. */
export function valueAtPath(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (node, part) => (isObject(node) && Object.hasOwn(node, part) ? node[part] : undefined),
    value,
  );
}

/** Lists every value that is not an object or list, with its path. */
export function listLeaves(
  value: unknown,
  path: KeyPath,
): readonly { path: KeyPath; leaf: unknown }[] {
  if (!isObject(value)) return [{ path, leaf: value }];
  return listEntries(value).flatMap(([key, item]) => listLeaves(item, [...path, key]));
}

/** Maps a value from the top down: if `change` returns it unchanged, its parts are mapped. */
export function mapValues(
  value: unknown,
  path: KeyPath,
  change: (value: unknown, path: KeyPath) => unknown,
): unknown {
  const changed = change(value, path);
  if (changed !== value || !isObject(value)) return changed;
  const items = listEntries(value).map(
    ([key, item]) => [key, mapValues(item, [...path, key], change)] as const,
  );
  return Array.isArray(value) ? items.map(([, item]) => item) : Object.fromEntries(items);
}

function listEntries(value: object): readonly (readonly [string | number, unknown])[] {
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value);
}

/** Lists count as objects. */
export function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
