/**
 * Removes the broken values from a config, so that the rest can be checked for further problems in
 * the same run.
 */

import type { ConfigProblem, Typo } from '../../errors.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import { configSchema, type KeyPath, type Settings } from '../schema/schema.ts';
import { toKeyPath } from '../schema/schema-issues.ts';
import { isObject, valueAtPath } from '../schema/values.ts';
import { type SourceDocument, unplaced } from '../yaml/document.ts';

export interface Remainder {
  readonly settings: Settings;
  readonly document: SourceDocument;
  /**
   * Keys that were removed or replaced: a problem above or below one of them only follows from it.
   */
  readonly changed: readonly string[];
}

/**
 * Replaces a target that cannot be read, with an unknown provider that needs no key. Problems about
 * it are not reported.
 */
const anyTarget = '?/?';

/** What is wrong at one place of a config. */
interface RefusedKey {
  readonly path: KeyPath;
  readonly typo?: Typo | undefined;
}

/** Returns the settings without the broken values; undefined if the rest is still invalid. */
export function salvage(
  document: SourceDocument,
  value: unknown,
  broken: readonly RefusedKey[],
): Remainder | undefined {
  const copy: unknown = structuredClone(value);
  if (!isObject(copy)) return undefined;
  for (const { path } of broken) takeOut(copy, path);
  const changed = broken
    .filter(({ typo }) => typo?.isTaken !== true) // nothing follows from it
    .map(({ path }) => formatKeyPath(path));
  if (copy['main'] === undefined) {
    copy['main'] = anyTarget;
    changed.push('main');
  }
  for (let round = 0; round < maxRounds; round += 1) {
    const parsed = configSchema.safeParse(copy);
    if (parsed.success) return { settings: parsed.data, document, changed };
    for (const { path } of parsed.error.issues) {
      const place = toKeyPath(path);
      const at = valueAtPath(copy, place) === undefined ? place.slice(0, -1) : place;
      if (at.length === 0) return undefined;
      takeOut(copy, at);
      changed.push(formatKeyPath(at));
    }
  }
  return undefined;
}

/** What is left of a value may be broken without its parts: it is taken out from the inside. */
const maxRounds = 5;

/** The remainder of a text that cannot be read at all. */
export function nothingOf(): Remainder {
  const settings = configSchema.parse({ main: anyTarget });
  return { settings, document: unplaced('no config'), changed: [] };
}

/** True if the problem only follows from a broken value. */
export function followsFrom(changed: readonly string[], { key }: ConfigProblem): boolean {
  return changed.some((other) => isWithin(key, other) || isWithin(other, key));
}

/**
 * Fields of a provider or task that do not affect its keys: if one is broken, a missing key is
 * still reported.
 */
const keyNeutral: ReadonlySet<string> = new Set([
  'selection',
  'headers',
  'query',
  'counts_tokens',
  'pace',
  'limits',
  'stream_recovery',
  'models',
  'model',
  'timeout',
  'fallback_chain',
  'fallback',
  'max_concurrency',
  'extra_body',
  'reasoning_effort',
]);

/** True if the key may be missing only because a value at one of these paths was removed. */
export function mayHaveLostKey(changed: readonly string[], { key }: ConfigProblem): boolean {
  return changed.some((other) => {
    if (isWithin(key, other)) return true;
    const [field = ''] = other.slice(key.length + 1).split(/[.[]/);
    return isWithin(other, key) && !keyNeutral.has(field);
  });
}

/** True for equal keys too. */
export function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/**
 * Removes one value. Removing a list item would shift the items after it, so a broken target is
 * replaced, and any other list is removed whole.
 */
function takeOut(root: Record<string, unknown>, path: KeyPath): void {
  const index = path.findIndex((part) => typeof part === 'number');
  if (index < 0) {
    removeField(root, path);
    return;
  }
  const list = valueAtPath(root, path.slice(0, index));
  if (path[index - 1] === 'fallback_chain' && Array.isArray(list))
    list[Number(path[index])] = anyTarget;
  else removeField(root, path.slice(0, index));
}

function removeField(root: Record<string, unknown>, path: KeyPath): void {
  const key = String(path.at(-1));
  const parent = valueAtPath(root, path.slice(0, -1));
  if (!isObject(parent)) return;
  const isNamed = path.length === 2 && (path[0] === 'providers' || path[0] === 'auxiliary');
  // A provider or task stays as an empty object: others may refer to it.
  if (isNamed) parent[key] = {};
  else delete parent[key];
}
