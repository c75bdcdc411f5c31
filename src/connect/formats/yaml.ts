/**
 * Edits single values of a YAML text; comments, order and, wherever possible, every other byte are
 * kept.
 */

import {
  type Document,
  isMap,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLSeq,
} from 'yaml';
import { chooseText, isEmptyNode, makeRoomAt, setValue } from '../../config/yaml/edit.ts';
import { patchItem } from '../../config/yaml/patch-text.ts';
import { removeValue } from '../../config/yaml/unset.ts';
import type { ListItem, Replacement, Setting } from '../settings.ts';

export function parseYaml(text: string): unknown {
  return readYaml(text).toJS() ?? {};
}

/**
 * Throws a `SyntaxError` if the text is no valid YAML, or if a list or a mapping was expected
 * elsewhere.
 */
export function editYaml(text: string, settings: readonly Setting[], item?: ListItem): string {
  if (item?.list.length !== 0) requireMapping(text);
  const written = settings.reduce(
    (now, one) => setValue(now, readYaml(now), { ...one, refuse: refuseYamlAbove }),
    text,
  );
  return item === undefined ? written : putItem(written, item);
}

export function replaceYaml(text: string, { path, value }: Replacement): string {
  const document = readYaml(text);
  return value === undefined
    ? removeValue(text, document, path)
    : setValue(text, document, { path, value, refuse: refuseYamlAbove });
}

function requireMapping(text: string): void {
  if (isSeq(readYaml(text).contents)) throw new SyntaxError('it is not a mapping');
}

function refuseYamlAbove(above: string): SyntaxError {
  return new SyntaxError(`${above || 'it'} is not a mapping`);
}

/** Replaces the existing item, or inserts it first; in a file that is a list, last. */
function putItem(text: string, item: ListItem): string {
  const document = readYaml(text);
  const patched = patchItem(text, document, item);
  const { list, by, value } = item;
  makeRoomAt(document, list, refuseYamlAbove);
  const found = list.length === 0 ? document.contents : document.getIn(list, true);
  const node = document.createNode(value);
  if (isEmptyNode(found)) setList(document, list, node);
  else if (!isSeq(found)) throw new SyntaxError(`${list.join('.') || 'it'} is not a list`);
  else {
    const index = found.items.findIndex((one) => isMap(one) && one.get(by) === value[by]);
    if (index >= 0) found.items[index] = node;
    else if (list.length === 0) found.items.push(node);
    else putFirst(found, node);
  }
  return chooseText(text, patched, document);
}

function setList(document: Document, path: readonly string[], node: Node): void {
  if (path.length === 0) document.contents = document.createNode([node]);
  else document.setIn(path, document.createNode([node]));
}

/** A comment above the first item belongs to that item and stays with it. */
function putFirst(list: YAMLSeq, node: Node): void {
  const [first] = list.items;
  if (isMap(first) && list.commentBefore) {
    first.commentBefore = list.commentBefore;
    list.commentBefore = null;
  }
  list.items.unshift(node);
}

function readYaml(text: string): Document {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error !== undefined)
    throw new SyntaxError(`line ${lineCounter.linePos(error.pos[0]).line}: ${error.message}`);
  const { contents } = document;
  if (contents !== null && !isMap(contents) && !isSeq(contents))
    throw new SyntaxError('it is neither a mapping nor a list');
  return document;
}
