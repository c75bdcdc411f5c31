/** Edits single values of a JSON text with comments in place; all other bytes are kept. */

import {
  applyEdits,
  createScanner,
  getNodeValue,
  modify,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser';
import type { ListItem, Replacement, Setting, SettingValue } from '../settings.ts';

export function parseSettings(text: string): unknown {
  // the package's objects have no prototype, and would not equal ours
  return text.trim() === '' ? {} : structuredClone(getNodeValue(readTree(text)));
}

/**
 * Throws a `SyntaxError` if the text is no valid JSON, or if the path leads through a value that is
 * no object.
 */
export function editJson(text: string, settings: readonly Setting[], item?: ListItem): string {
  const start = text.trim() === '' ? '{}\n' : text;
  const written = settings.reduce(
    (current, { path, value }) => setOne(current, path, value),
    start,
  );
  return item === undefined ? written : putJsonItem(written, item);
}

export function replaceJson(text: string, { path, value }: Replacement): string {
  const { unit, newline } = readLayout(text);
  const formattingOptions = {
    insertSpaces: !unit.startsWith('\t'),
    tabSize: unit.startsWith('\t') ? 1 : unit.length,
    eol: newline,
  };
  return applyEdits(text, modify(text, [...path], value, { formattingOptions }));
}

/** Throws a `SyntaxError` with the line. */
function readTree(text: string): Node {
  const errors: ParseError[] = [];
  // a byte order mark is invalid JSON; a space in its place keeps every offset
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  const [error] = errors;
  if (root !== undefined && error === undefined) return root;
  const line = text.slice(0, error?.offset).split('\n').length;
  throw new SyntaxError(`line ${line} is not JSON`);
}

/** Replaces the existing item, or inserts before all others. */
function putJsonItem(text: string, { list, by, value }: ListItem): string {
  const found = list.reduce<Node | undefined>(memberOf, readTree(text));
  const items = found?.children ?? [];
  if (found === undefined || (found.type === 'array' && items.length === 0))
    return setOne(text, list, [value]);
  if (found.type !== 'array') throw new SyntaxError(`${list.join('.')} is not a list`);
  const layout = readLayout(text);
  const shown = writeJsonValue(value, layout, list.length + 1);
  const old = items.find((one) => memberOf(one, by)?.value === value[by]);
  if (old !== undefined) return replace(text, old, shown);
  const at = found.offset + 1;
  return `${text.slice(0, at)}${layout.newline}${layout.unit.repeat(list.length + 1)}${shown},${text.slice(at)}`;
}

/** If a key occurs twice, the last one counts. */
function memberOf(node: Node | undefined, key: string): Node | undefined {
  if (node?.type !== 'object') return undefined;
  return node.children?.findLast(({ children }) => children?.[0]?.value === key)?.children?.[1];
}

/** Describes the depth of a value, and the file's indentation. */
interface Layout {
  readonly unit: string;
  readonly newline: string;
}

function setOne(text: string, path: readonly string[], value: SettingValue): string {
  const layout = readLayout(text);
  let node = readTree(text);
  for (const [depth, key] of path.entries()) {
    if (node.type !== 'object')
      throw new SyntaxError(`${path.slice(0, depth).join('.') || 'it'} is not an object`);
    const member = memberOf(node, key);
    if (member === undefined) return insert(text, { node, path, depth, value, layout });
    node = member;
  }
  return replace(text, node, writeJsonValue(value, layout, path.length));
}

function replace(text: string, { offset, length }: Node, shown: string): string {
  return text.slice(0, offset) + shown + text.slice(offset + length);
}

interface Insertion {
  readonly node: Node;
  readonly path: readonly string[];
  /** The first key of `path` that is missing. */
  readonly depth: number;
  readonly value: SettingValue;
  readonly layout: Layout;
}

/**
 * Inserts after the last member and its comments. The package's own `modify` inserts before those
 * comments, and rewrites the line.
 */
function insert(text: string, { node, path, depth, value, layout }: Insertion): string {
  const { unit, newline } = layout;
  const [key = '', ...rest] = path.slice(depth);
  const nested = rest.reduceRight<SettingValue>((inner, name) => ({ [name]: inner }), value);
  const line = `${newline}${unit.repeat(depth + 1)}${JSON.stringify(key)}: ${writeJsonValue(nested, layout, depth + 1)}`;
  const close = node.offset + node.length - 1;
  const last = node.children?.at(-1);
  const afterLast = last === undefined ? node.offset + 1 : last.offset + last.length;
  const at = Math.max(afterLast, text.slice(0, close).trimEnd().length);
  const hasComma = isCommaNext(text, afterLast);
  const comma = last === undefined || hasComma ? '' : ',';
  const tail = text.slice(at, close).includes('\n') ? '' : newline + unit.repeat(depth);
  const body = comma + text.slice(afterLast, at) + line + (hasComma ? ',' : '');
  return text.slice(0, afterLast) + body + tail + text.slice(at);
}

/** Skips spaces and comments. */
function isCommaNext(text: string, from: number): boolean {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  scanner.scan();
  return text[scanner.getTokenOffset()] === ',';
}

function writeJsonValue(value: SettingValue, { unit, newline }: Layout, depth: number): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', newline + unit.repeat(depth));
}

function readLayout(text: string): Layout {
  const unit = /^[{[]\s*?\n([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return { unit, newline: text.includes('\r\n') ? '\r\n' : '\n' };
}
