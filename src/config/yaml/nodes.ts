/** Finds nodes of a YAML document, and their positions in its text. */

import { isMap, isNode, isScalar, type Pair } from 'yaml';

/** Offsets of a node's first character and the one after its last. */
export function rangeOf(node: unknown): readonly [start: number, end: number] | undefined {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [];
  return start === undefined || end === undefined ? undefined : [start, end];
}

/** The pair of a mapping with this key, however the key is written. */
export function findPair(map: unknown, key: string | number | undefined): Pair | undefined {
  if (!isMap(map)) return undefined;
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}
