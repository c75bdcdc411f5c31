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
import { spliceItem, spliceSetting } from '../../config/yaml/yaml-splice.ts';
import type { ListItem, Setting } from '../settings.ts';

export function parseYaml(text: string): unknown {
  return readYaml(text).toJS() ?? {};
}

/** Throws a `SyntaxError` for a text that is no YAML, and where a list or a mapping is wanted and something else stands. */
export function editYaml(text: string, settings: readonly Setting[], item: ListItem | undefined): string {
  if (item?.list.length !== 0) requireMapping(text);
  const written = settings.reduce(setOne, text);
  return item === undefined ? written : putItem(written, item);
}

function requireMapping(text: string): void {
  if (isSeq(readYaml(text).contents)) throw new SyntaxError('it is no mapping');
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

function putItem(text: string, item: ListItem): string {
  const document = readYaml(text);
  const spliced = spliceItem(text, document, item);
  const { list, value } = item;
  if (list.length === 0) return chooseText(spliced, putIntoRoot(document, item));
  openMappings(document, list);
  const found = document.getIn(list, true);
  if (found === undefined || isUnfilled(found)) document.setIn(list, document.createNode([value]));
  else if (isSeq(found)) putInto(found, item, document.createNode(value));
  else throw new SyntaxError(`${list.join('.')} is no list`);
  return chooseText(spliced, document);
}

/** Into a file that is a list itself: replaced, or put last. */
function putIntoRoot(document: Document, { by, value }: ListItem): Document {
  const list = document.contents;
  if (list === null) document.contents = document.createNode([value]);
  else if (!isSeq(list)) throw new SyntaxError('it is no list');
  else putIntoList(list, { by, value }, document.createNode(value));
  return document;
}

function putIntoList(list: YAMLSeq, item: Omit<ListItem, 'list'>, node: Node): void {
  const index = indexOfItem(list, item);
  if (index < 0) list.items.push(node);
  else list.items[index] = node;
}

function putInto(list: YAMLSeq, item: ListItem, node: Node): void {
  const index = indexOfItem(list, item);
  if (index < 0) putFirst(list, node);
  else list.items[index] = node;
}

function indexOfItem(list: YAMLSeq, { by, value }: Omit<ListItem, 'list'>): number {
  return list.items.findIndex((one) => isMap(one) && one.get(by) === value[by]);
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
  const { contents } = document;
  if (contents !== null && !isMap(contents) && !isSeq(contents))
    throw new SyntaxError('it is no mapping and no list');
  return document;
}
