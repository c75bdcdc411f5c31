/** Finds nodes of a YAML document, and the places of what was found in its text. */

import { isMap, isNode, isScalar, type Pair } from 'yaml';

/** The first character of a node, and the one behind its last. */
export function rangeOf(node: unknown): readonly [start: number, end: number] | undefined {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [];
  return start === undefined || end === undefined ? undefined : [start, end];
}

/** The pair of a mapping with this key, however that is written. */
export function findPair(map: unknown, key: string | number | undefined): Pair | undefined {
  if (!isMap(map)) return undefined;
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}
