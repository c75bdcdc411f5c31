/** Single values of a YAML text; comments, order and, wherever it can be, every other byte survive. */

import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLSeq,
} from 'yaml';
import { spliceItem, spliceSetting } from '../../config/yaml-splice.ts';
import type { Setting, SettingsFile } from '../settings.ts';

export function parseYaml(text: string): unknown {
  return readYaml(text).toJS() ?? {};
}

/** Throws a `SyntaxError` for a text that is no YAML, and where a list is wanted and something else stands. */
export function editYaml(text: string, settings: readonly Setting[], item: SettingsFile['item']): string {
  const written = settings.reduce(setOne, text);
  return item === undefined ? written : putItem(written, item);
}

/** In place where the layout is plain; otherwise the whole text is written anew, with its comments. */
function setOne(text: string, { path, value }: Setting): string {
  const document = readYaml(text);
  const spliced = spliceSetting(text, document, { path, value });
  openMappings(document, path);
  const old = document.getIn(path, true);
  const node = document.createNode(value);
  if (isScalar(old) && isScalar(node)) keepComments(old, node);
  document.setIn(path, node);
  return chooseText(spliced, document);
}

/** A key without a value is a mapping that nobody has filled. */
function openMappings(document: Document, path: readonly string[]): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const place = path.slice(0, depth);
    const parent = document.getIn(place, true);
    if (isUnfilled(parent)) document.setIn(place, document.createNode({}));
    else if (parent !== undefined && !isMap(parent))
      throw new SyntaxError(`${place.join('.')} is no mapping`);
  }
}

function isUnfilled(node: unknown): boolean {
  return isScalar(node) && node.value === null;
}

function keepComments(old: Scalar, fresh: Scalar): void {
  if (old.comment) fresh.comment = old.comment;
  if (old.commentBefore) fresh.commentBefore = old.commentBefore;
}

function putItem(text: string, item: NonNullable<SettingsFile['item']>): string {
  const document = readYaml(text);
  const spliced = spliceItem(text, document, item);
  const { list, value } = item;
  const found = document.get(list, true);
  if (found === undefined || isUnfilled(found)) document.set(list, document.createNode([value]));
  else if (isSeq(found)) putInto(found, value.name, document.createNode(value));
  else throw new SyntaxError(`${list} is no list`);
  return chooseText(spliced, document);
}

function putInto(list: YAMLSeq, name: string, node: Node): void {
  const index = list.items.findIndex((one) => isMap(one) && one.get('name') === name);
  if (index < 0) putFirst(list, node);
  else list.items[index] = node;
}

/** A comment above the list's first item belongs to that item, and stays with it. */
function putFirst(list: YAMLSeq, node: Node): void {
  const [first] = list.items;
  if (isMap(first) && list.commentBefore) {
    first.commentBefore = list.commentBefore;
    list.commentBefore = null;
  }
  list.items.unshift(node);
}

/** The spliced text, if it says just what the changed document says. */
function chooseText(spliced: string | undefined, document: Document): string {
  const isMeant = spliced !== undefined && isDeepStrictEqual(readOrNothing(spliced), document.toJS());
  return isMeant ? spliced : document.toString({ lineWidth: 0 });
}

function readOrNothing(text: string): unknown {
  try {
    return parseYaml(text);
  } catch {
    return undefined; // the splice broke it, and is not taken
  }
}

function readYaml(text: string): Document {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error !== undefined)
    throw new SyntaxError(`line ${lineCounter.linePos(error.pos[0]).line}: ${error.message}`);
  if (document.contents !== null && !isMap(document.contents)) throw new SyntaxError('it is no mapping');
  return document;
}
