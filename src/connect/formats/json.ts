/** Single values of a JSON text with comments, changed in place: what is not named keeps its bytes. */

import { isDeepStrictEqual } from 'node:util';
import type { ListItem, Setting, SettingValue } from '../settings.ts';
import { type JsonNode, parseJsonTree, skipTrivia, toPlainValue } from './jsonc-tree.ts';

export function parseJson(text: string): unknown {
  return text.trim() === '' ? {} : toPlainValue(parseJsonTree(text));
}

/** Throws a `SyntaxError` for a text that is no JSON, and for a place inside of something that is no object. */
export function editJson(text: string, settings: readonly Setting[], item?: ListItem): string {
  const start = text.trim() === '' ? '{}\n' : text;
  const written = settings.reduce((current, { path, value }) => setOne(current, path, value), start);
  return item === undefined ? written : putItem(written, item);
}

/** In place of the one that is there, or before all others. */
function putItem(text: string, { list, by, value }: ListItem): string {
  const found = list.reduce<JsonNode | undefined>(memberOf, parseJsonTree(text));
  if (found === undefined || (found.kind === 'array' && found.items.length === 0))
    return setOne(text, list, [value]);
  if (found.kind !== 'array') throw new SyntaxError(`${list.join('.')} is no list`);
  const layout = readLayout(text);
  const shown = show(value, layout, list.length + 1);
  const old = found.items.find((one) => isDeepStrictEqual(plainMember(one, by), value[by]));
  if (old !== undefined) return text.slice(0, old.start) + shown + text.slice(old.end);
  const at = found.start + 1;
  return `${text.slice(0, at)}${layout.newline}${layout.unit.repeat(list.length + 1)}${shown},${text.slice(at)}`;
}

function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.findLast((one) => one.key === key)?.value : undefined;
}

function plainMember(node: JsonNode, key: string): unknown {
  const member = memberOf(node, key);
  return member === undefined ? undefined : toPlainValue(member);
}

/** How deep a value stands, and how the file shows depth. */
interface Layout {
  readonly unit: string;
  readonly newline: string;
}

function setOne(text: string, path: readonly string[], value: SettingValue): string {
  const layout = readLayout(text);
  let node = parseJsonTree(text);
  for (const [depth, key] of path.entries()) {
    if (node.kind !== 'object')
      throw new SyntaxError(`${path.slice(0, depth).join('.') || 'it'} is no object`);
    const member = node.members.findLast((one) => one.key === key);
    if (member === undefined) return insert(text, { node, path, depth, value, layout });
    node = member.value;
  }
  const shown = show(value, layout, path.length);
  return text.slice(0, node.start) + shown + text.slice(node.end);
}

interface Insertion {
  readonly node: Extract<JsonNode, { kind: 'object' }>;
  readonly path: readonly string[];
  /** The first key of `path` that is missing. */
  readonly depth: number;
  readonly value: SettingValue;
  readonly layout: Layout;
}

/** After the last member and its comments. */
function insert(text: string, { node, path, depth, value, layout }: Insertion): string {
  const { unit, newline } = layout;
  const [key = '', ...rest] = path.slice(depth);
  const nested = rest.reduceRight<SettingValue>((inner, name) => ({ [name]: inner }), value);
  const line = `${newline}${unit.repeat(depth + 1)}${JSON.stringify(key)}: ${show(nested, layout, depth + 1)}`;
  const close = node.end - 1;
  const last = node.members.at(-1)?.value.end;
  const afterLast = last ?? node.start + 1;
  const contentEnd = text.slice(0, close).trimEnd().length;
  const at = Math.max(afterLast, contentEnd);
  const hasComma = last !== undefined && text[skipTrivia(text, last)] === ',';
  const comma = last === undefined || hasComma ? '' : ',';
  const tail = text.slice(at, close).includes('\n') ? '' : newline + unit.repeat(depth);
  const body = comma + text.slice(afterLast, at) + line + (hasComma ? ',' : '');
  return text.slice(0, afterLast) + body + tail + text.slice(at);
}

function show(value: SettingValue, { unit, newline }: Layout, depth: number): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', newline + unit.repeat(depth));
}

function readLayout(text: string): Layout {
  const unit = /^[{[]\s*?\n([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return { unit, newline: text.includes('\r\n') ? '\r\n' : '\n' };
}
