/** Finds nodes of a YAML document, and their positions in its text. */

import { type Document, isMap, isNode, isScalar, type Pair } from 'yaml';
import type { KeyPath } from '../schema/schema.ts';

/** Offsets of a node's first character and the one after its last. */
export function rangeOf(node: unknown): readonly [start: number, end: number] | undefined {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [];
  return start === undefined || end === undefined ? undefined : [start, end];
}

/**
 * Returns the path as the document writes it: the name of a header is the same in any case, and
 * providers quote it in lower case.
 */
export function alignPath(document: Document, path: KeyPath): KeyPath {
  const [top, , field, header] = path;
  if (top !== 'providers' || field !== 'headers' || typeof header !== 'string') return path;
  const written = document.getIn(path.slice(0, 3));
  if (!isMap(written) || written.has(header)) return path;
  const names = written.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  const same = names.find((name) => name.toLowerCase() === header.toLowerCase());
  return same === undefined ? path : [...path.slice(0, 3), same, ...path.slice(4)];
}

/** The pair of a mapping with this key, however the key is written. */
export function findPair(map: unknown, key: string | number | undefined): Pair | undefined {
  if (!isMap(map)) return undefined;
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}
