/**
 * One value put into a YAML text where it belongs, all other bytes as they were. For plain layouts only: a value of one line,
 * a new line at the end of a mapping, a new item at the head of a list. Whoever calls reads the result again.
 */

import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  stringify,
  type YAMLMap,
} from 'yaml';
import type { KeyPath } from './schema.ts';

/** A value and where it goes. */
interface Setting {
  readonly path: KeyPath;
  readonly value: unknown;
}

/** Undefined where the layout is not plain. */
export function spliceSetting(
  text: string,
  document: Document,
  { path, value }: Setting,
): string | undefined {
  const old = document.getIn(path, true);
  if (old === undefined) return insertAtEnd(text, document, { path, value });
  const isLine = isScalar(old) && typeof value !== 'object' && !/^[|>]/.test(old.source ?? '');
  const [start, end] = isLine && old.range ? old.range : [];
  if (start === undefined || end === undefined || text.slice(start, end).includes('\n')) return undefined;
  return text.slice(0, start) + show(value).trimEnd() + text.slice(end);
}

/** Undefined where the layout is not plain, and where an item of that name is there. */
export function spliceItem(
  text: string,
  document: Document,
  { list, value }: { readonly list: string; readonly value: { readonly name: string } },
): string | undefined {
  const found = document.get(list, true);
  if (found === undefined) return insertAtEnd(text, document, { path: [list], value: [value] });
  const [first] = isSeq(found) && found.flow !== true ? found.items : [];
  if (!isSeq(found) || !isMap(first) || !first.range) return undefined;
  if (found.items.some((one) => isMap(one) && one.get('name') === value.name)) return undefined;
  const key = keyOf(document.contents, list);
  const at = key === undefined ? -1 : text.indexOf('\n', key) + 1;
  if (at <= 0) return undefined;
  const dash = text.lastIndexOf('-', first.range[0] - 1);
  return put(text, show([value]), { at, depth: columnOf(text, dash) });
}

interface Innermost {
  readonly map: YAMLMap;
  /** How many keys of the path lead to it. */
  readonly depth: number;
}

/** New lines after the last value of the innermost mapping that is there. */
function insertAtEnd(text: string, document: Document, { path, value }: Setting): string | undefined {
  const found = findInnermost(document, path);
  const last = found?.map.items.at(-1);
  if (found === undefined || found.map.flow === true || last === undefined) return undefined;
  const start = startOf(last);
  const end = isCollection(last.value) || isScalar(last.value) ? last.value.range?.[1] : undefined;
  if (start === undefined || end === undefined) return undefined;
  const rest = path.slice(found.depth).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  const contentEnd = text.slice(0, end).trimEnd().length;
  const lineEnd = text.indexOf('\n', contentEnd);
  const whole = lineEnd < 0 ? `${text}\n` : text;
  return put(whole, show(rest), {
    at: lineEnd < 0 ? whole.length : lineEnd + 1,
    depth: columnOf(text, start),
  });
}

function findInnermost(document: Document, path: KeyPath): Innermost | undefined {
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isMap(node)) return { map: node, depth };
  }
  return undefined;
}

function keyOf(contents: unknown, name: string): number | undefined {
  const pair = isMap(contents)
    ? contents.items.find(({ key }) => isScalar(key) && key.value === name)
    : undefined;
  return pair === undefined ? undefined : startOf(pair);
}

function startOf({ key }: Pair): number | undefined {
  return isScalar(key) ? key.range?.[0] : undefined;
}

function columnOf(text: string, index: number): number {
  return index - (text.lastIndexOf('\n', index - 1) + 1);
}

/** Lines of their own, as deep as those beside them, ending as the text's lines do. */
function put(
  text: string,
  lines: string,
  { at, depth }: { readonly at: number; readonly depth: number },
): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const shown = lines
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(depth) + line + newline);
  return text.slice(0, at) + shown.join('') + text.slice(at);
}

function show(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
