/**
 * Puts one value into a YAML text and keeps all other bytes. Only for simple layouts: a value on
 * one line, a new line at the end of a mapping, a new item at the start of a list. The caller must
 * parse the result again to check it.
 */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { KeyPath } from '../schema/schema.ts';
import { findPair, rangeOf } from './nodes.ts';
import { columnOf, newlineOf, readHabits } from './text-form.ts';

interface PatchedSetting {
  readonly path: KeyPath;
  readonly value: unknown;
}

/**
 * An item of the list at a path (empty: the whole text is the list), identified by one of its keys.
 */
interface Item {
  readonly list: readonly string[];
  readonly by: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Undefined if the layout is not simple. */
export function patchSetting(
  text: string,
  document: Document,
  { path, value }: PatchedSetting,
): string | undefined {
  const old = document.getIn(path, true);
  if (old === undefined) return insertAtEnd(text, document, { path, value });
  const isLine = isScalar(old) && typeof value !== 'object' && !/^[|>]/.test(old.source ?? '');
  const [start, end] = isLine && old.range ? old.range : [];
  if (start === undefined || end === undefined || text.slice(start, end).includes('\n'))
    return undefined;
  return text.slice(0, start) + yamlScalar(value).trimEnd() + text.slice(end);
}

/** Undefined if the layout is not simple, or if such an item exists. */
export function patchItem(text: string, document: Document, item: Item): string | undefined {
  const { list, value } = item;
  if (list.length === 0) return appendItem(text, document, item);
  const found = document.getIn(list, true);
  if (found === undefined) return insertAtEnd(text, document, { path: list, value: [value] });
  const [first] = isSeq(found) && found.flow !== true ? found.items : [];
  if (!isSeq(found) || !isMap(first) || !first.range || hasItem(found, item)) return undefined;
  const [key] = rangeOf(findPair(document.getIn(list.slice(0, -1), true), list.at(-1))?.key) ?? [];
  const at = key === undefined ? -1 : text.indexOf('\n', key) + 1;
  if (at <= 0) return undefined;
  const dash = text.lastIndexOf('-', first.range[0] - 1);
  return insertLines(text, yamlScalar([value]), { at, depth: columnOf(text, dash) });
}

/** Adds an item to a file that is a list. */
function appendItem(text: string, { contents }: Document, item: Item): string | undefined {
  if (contents === null && text.trim() === '') return yamlScalar([item.value]);
  const [first] = isSeq(contents) && contents.flow !== true ? contents.items : [];
  if (!isSeq(contents) || !isMap(first) || !first.range || hasItem(contents, item))
    return undefined;
  const closed = text.endsWith('\n') ? text : text + newlineOf(text);
  const depth = columnOf(text, text.lastIndexOf('-', first.range[0] - 1));
  return insertLines(closed, yamlScalar([item.value]), { at: closed.length, depth });
}

function hasItem(list: YAMLSeq, { by, value }: Item): boolean {
  return list.items.some((one) => isMap(one) && one.get(by) === value[by]);
}

/** Start of a line, and the indentation of what is inserted there. */
interface LineStart {
  readonly at: number;
  readonly depth: number;
}

interface Innermost {
  readonly map: YAMLMap;
  /** Counts the keys of the path that lead to it. */
  readonly depth: number;
}

/** Adds lines after the last value of the innermost existing mapping. */
function insertAtEnd(
  text: string,
  document: Document,
  { path, value }: PatchedSetting,
): string | undefined {
  const found = findInnermost(document, path);
  const last = found?.map.items.at(-1);
  if (found === undefined || found.map.flow === true || last === undefined) return undefined;
  const [start] = rangeOf(last.key) ?? [];
  const [, end] = isAlias(last.value) ? [] : (rangeOf(last.value) ?? []);
  if (start === undefined || end === undefined) return undefined;
  const rest = path
    .slice(found.depth)
    .reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  const closed = text.endsWith('\n') ? text : text + newlineOf(text);
  const contentEnd = text.slice(0, end).trimEnd().length;
  const depth = columnOf(text, start);
  const at = endOfComments(closed, { at: closed.indexOf('\n', contentEnd) + 1, depth });
  const lines = stringify(rest, { lineWidth: 0, ...readHabits(text) });
  return insertLines(at > text.length ? closed : text, lines, { at, depth });
}

/**
 * The position after comments that are indented deeper than the new lines: they belong to the value
 * above.
 */
function endOfComments(text: string, { at, depth }: LineStart): number {
  const comments = new RegExp(`(?:\\s*\\n)? {${depth + 1},}#.*\\n`, 'y');
  let end = at;
  for (comments.lastIndex = at; comments.test(text); ) end = comments.lastIndex;
  return end;
}

function findInnermost(document: Document, path: KeyPath): Innermost | undefined {
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isMap(node)) return { map: node, depth };
  }
  return undefined;
}

/** Inserts lines with the indentation of their neighbours and the text's line ends. */
function insertLines(text: string, lines: string, { at, depth }: LineStart): string {
  const newline = newlineOf(text);
  const shown = lines
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(depth) + line + newline);
  return text.slice(0, at) + shown.join('') + text.slice(at);
}

function yamlScalar(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
