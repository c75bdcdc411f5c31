/**
 * Edits single values of a TOML text line by line: top-level values go before the first table, and
 * our tables are written whole. apply-settings parses the result with a real parser, so an unusual
 * file is refused and not damaged.
 */

import { parse, TomlError } from 'smol-toml';
import type { ListItem, Replacement, Setting, SettingValue, ValuePath } from '../settings.ts';

export function parseToml(text: string): unknown {
  return structuredClone(readToml(text)); // its tables have no prototype, and would not equal ours
}

function readToml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new SyntaxError(`line ${error.line}: ${error.message.split('\n')[0]}`, { cause: error });
  }
}

/** A key path of one key is a top-level value; longer paths are tables. */
export function editToml(text: string, settings: readonly Setting[], item?: ListItem): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  let lines: readonly string[] = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  for (const { path, value } of settings) {
    lines = path.length === 1 ? setTop(lines, path[0] ?? '', value) : setTable(lines, path, value);
  }
  if (item !== undefined) lines = putItem(lines, item);
  return `${lines.join(newline)}${newline}`;
}

/** Replaces the existing table in a list of tables, or appends one. */
function putItem(lines: readonly string[], { list, by, value }: ListItem): readonly string[] {
  const name = list.join('.');
  const fresh = [
    `[[${name}]]`,
    ...Object.entries(value).map(([key, one]) => `${key} = ${JSON.stringify(one)}`),
  ];
  const starts = lines.flatMap((line, index) => (headerOf(line) === `[${name}]` ? [index] : []));
  const own = new RegExp(`^\\s*${by}\\s*=\\s*["']${String(value[by])}["']`);
  const start = starts.find((at) =>
    lines.slice(at, endOfTable(lines, at)).some((line) => own.test(line)),
  );
  if (start === undefined) return [...lines, ...(lines.length === 0 ? [] : ['']), ...fresh];
  const rest = lines.slice(endOfTable(lines, start));
  return [...lines.slice(0, start), ...fresh, ...(rest.length > 0 ? [''] : []), ...rest];
}

/**
 * Returns the line of the next header. Nested tables are headers too; if they are lost, the check
 * after the change fails.
 */
function endOfTable(lines: readonly string[], start: number): number {
  const length = lines.slice(start + 1).findIndex((line) => headerOf(line) !== undefined);
  return length < 0 ? lines.length : start + 1 + length;
}

/** Sets a field; takes out a field, a table with those nested in it, or one table of a list. */
export function replaceToml(text: string, { path, value }: Replacement): string {
  const lines = text.split('\n');
  const spans = findSpans(lines, path);
  if (value === undefined) {
    const kept = lines.filter((_, at) => !spans.some(([start, end]) => at >= start && at < end));
    return kept.join('\n');
  }
  const [[at] = [-1]] = spans;
  const line = `${String(path.at(-1))} = ${JSON.stringify(value)}`;
  return lines.with(at, lines[at]?.endsWith('\r') ? `${line}\r` : line).join('\n');
}

type LineSpan = readonly [start: number, end: number];

/** A table takes the blank line above it along. */
function findSpans(lines: readonly string[], path: ValuePath): readonly LineSpan[] {
  const headers = lines.map(headerOf);
  const spanAt = (start: number): LineSpan => {
    const isGapAbove = start > 0 && lines[start - 1]?.trim() === '';
    return [isGapAbove ? start - 1 : start, endOfTable(lines, start)];
  };
  const [name, last] = [path.slice(0, -1).join('.'), path.at(-1)];
  if (typeof last === 'number') {
    const starts = headers.flatMap((header, at) => (header === `[${name}]` ? [at] : []));
    return starts.slice(last, last + 1).map(spanAt);
  }
  const field = new RegExp(`^\\s*["']?${String(last)}["']?\\s*=`);
  const start = name === '' ? -1 : headers.indexOf(name);
  const end = endOfTable(lines, start);
  const at = lines.findIndex((line, index) => index > start && index < end && field.test(line));
  if (at >= 0 && (start >= 0 || name === '')) return [[at, at + 1]];
  const table = path.join('.');
  return headers.flatMap((header, index) =>
    header === table || header === `[${table}]` || header?.startsWith(`${table}.`)
      ? [spanAt(index)]
      : [],
  );
}

function setTop(lines: readonly string[], key: string, value: SettingValue): readonly string[] {
  const line = `${key} = ${JSON.stringify(value)}`;
  const firstTable = lines.findIndex((one) => /^\s*\[/.test(one));
  const top = firstTable < 0 ? lines : lines.slice(0, firstTable);
  const rest = firstTable < 0 ? [] : lines.slice(firstTable);
  const at = top.findIndex((one) => new RegExp(`^\\s*${key}\\s*=`).test(one));
  if (at >= 0) {
    const comment = /=\s*(?:"[^"]*"|'[^']*')(\s*#.*)$/.exec(top[at] ?? '')?.[1] ?? '';
    return [...top.slice(0, at), line + comment, ...top.slice(at + 1), ...rest];
  }
  const contentEnd = top.findLastIndex((one) => one.trim() !== '') + 1;
  const gap = contentEnd === top.length && rest.length > 0 ? [''] : [];
  return [...top.slice(0, contentEnd), line, ...top.slice(contentEnd), ...gap, ...rest];
}

/** Replaces an existing table, including nested ones. */
function setTable(
  lines: readonly string[],
  path: readonly string[],
  value: SettingValue,
): readonly string[] {
  const name = path.join('.');
  const start = lines.findIndex((line) => headerOf(line) === name);
  const fresh = showTable(path, value);
  if (start < 0) return lines.length === 0 ? fresh : [...lines, '', ...fresh];
  const length = lines.slice(start + 1).findIndex((line) => {
    const header = headerOf(line);
    return header !== undefined && header !== name && !header.startsWith(`${name}.`);
  });
  const end = length < 0 ? lines.length : start + 1 + length;
  const kept = lines.slice(end);
  return [...lines.slice(0, start), ...fresh, ...(kept.length > 0 ? [''] : []), ...kept];
}

/** Returns `a.b` for `[a.b]`, and `[a]` for `[[a]]`, which no table of ours is called. */
function headerOf(line: string): string | undefined {
  const header = /^\s*\[(.*)\]\s*(?:#.*)?$/.exec(line)?.[1];
  return header?.replaceAll(/[\s"']/g, '');
}

function showTable(path: readonly string[], value: SettingValue): readonly string[] {
  if (typeof value !== 'object' || Array.isArray(value)) return [];
  const entries = Object.entries(value);
  const own = entries.filter(([, one]) => !isTable(one));
  const inner = entries.filter(([, one]) => isTable(one));
  return [
    `[${path.join('.')}]`,
    ...own.map(([key, one]) => `${key} = ${JSON.stringify(one)}`),
    ...inner.flatMap(([key, one]) => ['', ...showTable([...path, key], one)]),
  ];
}

function isTable(value: SettingValue): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}
