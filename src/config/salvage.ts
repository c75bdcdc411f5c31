/** What is left of a config when its broken values are taken out: enough to look for all other problems in the same run. */

import type { ConfigProblem } from '../errors.ts';
import type { SourceDocument } from './document.ts';
import { configSchema, formatKeyPath, type KeyPath, type Settings } from './schema.ts';

export interface Remainder {
  readonly settings: Settings;
  readonly document: SourceDocument;
  /** Keys that were taken out or put in: a problem above or below one of them only follows from it. */
  readonly changed: readonly string[];
}

/** Stands for a main target that cannot be read; what is said of it is not told. */
const anyMain = 'openai/any';

/** The settings without what stands at `broken`; undefined where what is left cannot be read either. */
export function salvage(
  document: SourceDocument,
  value: unknown,
  broken: readonly KeyPath[],
): Remainder | undefined {
  const copy: unknown = structuredClone(value);
  if (!isObject(copy)) return undefined;
  for (const path of broken) takeOut(copy, upToList(path));
  const changed = broken.map(formatKeyPath);
  if (copy['main'] === undefined) {
    copy['main'] = anyMain;
    changed.push('main');
  }
  const parsed = configSchema.safeParse(copy);
  return parsed.success ? { settings: parsed.data, document, changed } : undefined;
}

/** Whether a problem says nothing that was not said of what is broken. */
export function followsFrom(changed: readonly string[], { key }: ConfigProblem): boolean {
  return changed.some((other) => isWithin(key, other) || isWithin(other, key));
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** A list goes as a whole: the places of what stands behind the broken member would move. */
function upToList(path: KeyPath): KeyPath {
  const index = path.findIndex((part) => typeof part === 'number');
  return index < 0 ? path : path.slice(0, index);
}

/** A provider or task stays, empty, so that what names it does not miss it. */
function takeOut(root: Record<string, unknown>, path: KeyPath): void {
  const key = String(path.at(-1));
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((node, part) => (isObject(node) ? node[part] : undefined), root);
  if (!isObject(parent)) return;
  const isNamed =
    path.length === 2 && isObject(parent) && (path[0] === 'providers' || path[0] === 'auxiliary');
  if (isNamed) parent[key] = {};
  else delete parent[key];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
