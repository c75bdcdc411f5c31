/**
 * What is left of a config when its broken values are taken out: enough to look for all other
 * problems in the same run.
 */

import type { ConfigProblem } from '../../errors.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import { configSchema, type KeyPath, type Settings } from '../schema/schema.ts';
import { isObject, valueAtPath } from '../schema/values.ts';
import type { SourceDocument } from '../yaml/document.ts';

export interface Remainder {
  readonly settings: Settings;
  readonly document: SourceDocument;
  /**
   * Keys that were taken out or put in: a problem above or below one of them only follows from it.
   */
  readonly changed: readonly string[];
}

/**
 * Stands for a target that cannot be read: of a provider that nobody has, so that it needs no key.
 * What is said of it is not told.
 */
const anyTarget = '?/?';

/**
 * The settings without what stands at `broken`; undefined where what is left cannot be read either.
 */
export function salvage(
  document: SourceDocument,
  value: unknown,
  broken: readonly KeyPath[],
): Remainder | undefined {
  const copy: unknown = structuredClone(value);
  if (!isObject(copy)) return undefined;
  for (const path of broken) takeOut(copy, path);
  const changed = broken.map(formatKeyPath);
  if (copy['main'] === undefined) {
    copy['main'] = anyTarget;
    changed.push('main');
  }
  const parsed = configSchema.safeParse(copy);
  return parsed.success ? { settings: parsed.data, document, changed } : undefined;
}

/** Whether a problem says nothing that was not said of what is broken. */
export function followsFrom(changed: readonly string[], { key }: ConfigProblem): boolean {
  return changed.some((other) => isWithin(key, other) || isWithin(other, key));
}

/**
 * Fields of a provider or a task that say nothing of its keys: broken, they hide no missing one.
 */
const keyNeutral: ReadonlySet<string> = new Set([
  'selection',
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

/** Whether a key may be missing only because what stands at one of these keys was taken out. */
export function mayHaveLostKey(changed: readonly string[], { key }: ConfigProblem): boolean {
  return changed.some((other) => {
    if (isWithin(key, other)) return true;
    const [field = ''] = other.slice(key.length + 1).split(/[.[]/);
    return isWithin(other, key) && !keyNeutral.has(field);
  });
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/**
 * Removes one value. Removing a list item would move the items after it, so a broken target is
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
  // A provider or task stays, empty: others may name it.
  if (isNamed) parent[key] = {};
  else delete parent[key];
}
