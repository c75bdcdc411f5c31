/**
 * Reads and changes single values of a config text; comments, order and every line of other values
 * are preserved.
 */

import { isDeepStrictEqual } from 'node:util';
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  Pair,
  parseDocument,
  Scalar,
  stringify,
  YAMLMap,
} from 'yaml';
import { AccessError, ConfigError } from '../../errors.ts';
import { formatKeyPath, readKeyPath } from '../schema/key-paths.ts';
import type { KeyPath } from '../schema/schema.ts';
import { isLiteralKey, showLeaf } from '../schema/show-leaf.ts';
import { listLeaves, mapValues } from '../schema/values.ts';
import { readDocument, yamlOptions } from './document.ts';
import { alignPath } from './nodes.ts';
import { patchSetting } from './patch-text.ts';
import { withoutMark, writeInForm } from './text-form.ts';

/**
 * Returns the value at a dotted key path with secrets blanked; undefined if it is not set. Throws a
 * `ConfigError` on invalid YAML.
 */
export function getConfigValue(text: string, keyPath: string): unknown {
  return mapValues(readConfigValue(text, keyPath), readKeyPath(keyPath), (part, at) =>
    showLeaf(at, part),
  );
}

/** Includes secrets, so its result must not be printed. */
export function readConfigValue(text: string, keyPath: string): unknown {
  const document = parseChecked('the config', text);
  const node = document.getIn(alignPath(document, readKeyPath(keyPath)), true);
  if (node === undefined || node === null) return undefined;
  return isNode(node) ? node.toJS(document) : node;
}

/** Formats a value for `config get`: text as it is, anything else as YAML. */
export function formatConfigValue(value: unknown): string {
  return typeof value === 'string' ? value : stringify(value).trimEnd();
}

/** Encodes a value for `config set`: text that YAML would read as another type is quoted. */
export function writeConfigValue(value: unknown): string {
  const isPlain = typeof value === 'string' && stringify(value, { lineWidth: 0 }) === `${value}\n`;
  return isPlain ? value : JSON.stringify(value);
}

/**
 * The key path at which this value would write a literal key: its own, or one below it. Undefined
 * if there is none.
 */
export function findLiteralKey(keyPath: string, yamlValue: string): string | undefined {
  const found = listLeavesBelow(keyPath, yamlValue).find(({ path, leaf }) =>
    isLiteralKey(path, leaf),
  );
  return found === undefined ? undefined : formatKeyPath(found.path);
}

/** True if every part of this value may be printed in a command for people. */
export function isShownWhole(keyPath: string, yamlValue: string): boolean {
  return listLeavesBelow(keyPath, yamlValue).every(
    ({ path, leaf }) => showLeaf(path, leaf) === leaf,
  );
}

function listLeavesBelow(keyPath: string, yamlValue: string): ReturnType<typeof listLeaves> {
  const { value, problems } = readDocument('the value', yamlValue);
  return listLeaves(problems.length > 0 ? yamlValue : value, readKeyPath(keyPath));
}

/**
 * Returns the text with one value set, given as YAML: `8080`, `[a/b, c/d]`. Throws a `ConfigError`
 * on invalid YAML, `request-invalid` for an impossible path.
 */
export function setConfigValue(text: string, keyPath: string, yamlValue: string): string {
  const document = parseChecked('the config', text);
  const value: unknown = parseChecked('the value', yamlValue).toJS();
  const path = alignPath(document, readKeyPath(keyPath));
  const refuse: RefusePlace = (above, complaint) =>
    noSuchPlace(formatKeyPath(path), above, complaint);
  return setValue(text, document, { path, value, refuse });
}

/**
 * Creates the error for an impossible path: `above` is its parent path, empty for the whole text.
 */
export type RefusePlace = (above: string, complaint: string) => Error;

/** Returns the document's text with one value set; all other bytes stay if the layout is simple. */
export function setValue(
  text: string,
  document: Document,
  {
    path,
    value,
    refuse,
  }: { readonly path: KeyPath; readonly value: unknown; readonly refuse: RefusePlace },
): string {
  const patched = patch(text, document, { path, value });
  makeRoomAt(document, path, refuse);
  putNode(document, path, document.createNode(value));
  return chooseText(text, patched, document);
}

/**
 * Returns the patched text if it means exactly the same as the changed document; else the document,
 * rewritten in the text's style.
 */
export function chooseText(text: string, patched: string | undefined, document: Document): string {
  return says(patched, document) ? patched : writeInForm(document, text);
}

/** Undefined if the value cannot be patched in. */
function patch(
  text: string,
  document: Document,
  setting: { readonly path: KeyPath; readonly value: unknown },
): string | undefined {
  const plain = withoutMark(text);
  const mark = text.slice(0, text.length - plain.length);
  const own = mark === '' ? document : parseDocument(plain, yamlOptions);
  const patched = patchSetting(plain, own, setting);
  return patched === undefined ? undefined : mark + patched;
}

function says(patched: string | undefined, document: Document): patched is string {
  if (patched === undefined) return false;
  const { value, problems } = readDocument('the config', patched);
  return problems.length === 0 && isDeepStrictEqual(value, document.toJS());
}

/** Sets a value and keeps the old one's comments. */
function putNode(document: Document, path: KeyPath, node: Node): void {
  const old = document.getIn(path, true);
  if (isNode(old)) keepComments(old, node);
  document.setIn(path, node);
}

function keepComments(old: Node, node: Node): void {
  node.comment = old.comment ?? null;
  node.commentBefore = old.commentBefore ?? null;
  node.spaceBefore = old.spaceBefore ?? false;
  if (!isAlias(old) && !isAlias(node) && old.anchor !== undefined) node.anchor = old.anchor;
  if (isCollection(old) && isCollection(node)) node.flow = old.flow ?? false;
}

/**
 * Creates the missing parents of a path. Throws if the path does not fit: an index past the end, or
 * a key below a scalar.
 */
export function makeRoomAt(document: Document, path: KeyPath, refuse: RefusePlace): void {
  for (const [depth, part] of path.entries()) {
    const above = path.slice(0, depth);
    const written = document.getIn(above, true);
    const node = isAlias(written) ? openAlias(document, above, written) : written;
    const complaint = judgeStep(node, part);
    if (complaint !== undefined) throw refuse(formatKeyPath(above), complaint);
    if (isScalar(node))
      putNode(document, above, document.createNode(typeof part === 'number' ? [] : {}));
  }
}

/**
 * Replaces an alias of a mapping by a mapping that merges it (`<<: *base`), so that it can have
 * keys of its own. Returns what is at the path then.
 */
function openAlias(document: Document, path: KeyPath, alias: Alias): unknown {
  const target = alias.resolve(document);
  if (!isMap(target)) return target;
  const merged = new YAMLMap(document.schema);
  merged.items.push(new Pair(new Scalar('<<'), alias));
  document.setIn(path, merged);
  return merged;
}

/** Says why a node cannot have this key or index; undefined if it can. */
function judgeStep(node: unknown, part: string | number): string | undefined {
  if (isMap(node) || (isEmptyNode(node) && typeof part === 'string')) return undefined;
  if (!isSeq(node) && !isEmptyNode(node)) return 'is a single value, and has nothing below it';
  const length = isSeq(node) ? node.items.length : 0;
  if (!/^\d+$/.test(String(part))) return `is a list: use an index, [0] to [${length}]`;
  return Number(part) <= length
    ? undefined
    : `has ${length} item${length === 1 ? '' : 's'}: use [${length}]`;
}

export function isEmptyNode(node: unknown): boolean {
  return node === undefined || node === null || (isScalar(node) && node.value === null);
}

function noSuchPlace(keyPath: string, above: string, complaint: string): AccessError {
  const place = above === '' ? 'the config' : above;
  return new AccessError('request-invalid', `${keyPath} cannot be set: ${place} ${complaint}`);
}

/** Line 1 tells editors where the schema is. */
export function newConfigText(schemaPath: string): string {
  return `# yaml-language-server: $schema=${schemaPath}\n`;
}

export function parseChecked(name: string, text: string): Document {
  const { problems } = readDocument(name, text);
  if (problems.length > 0) throw new ConfigError('config-invalid', problems);
  return parseDocument(text, yamlOptions);
}

/** Throws, with every problem's position, if no key can be found or set in the text. */
export function requireKeys(path: string, text: string): void {
  const { problems, value } = readDocument(path, text);
  if (problems.length > 0) throw new ConfigError('config-invalid', problems);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  const message = `is a ${Array.isArray(value) ? 'list' : 'single value'}, not keys with their values`;
  const fix = { text: 'begin it with a line `main: PROVIDER/MODEL`' };
  throw new ConfigError('config-invalid', [{ path, key: '(root)', message, fix }]);
}
