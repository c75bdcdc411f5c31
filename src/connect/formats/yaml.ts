/** Single values of a YAML text; comments and order survive. */

import { type Document, isMap, isSeq, type Node, parseDocument, type YAMLSeq } from 'yaml';
import type { Setting, SettingsFile } from '../settings.ts';

export function parseYaml(text: string): unknown {
  return readYaml(text).toJS() ?? {};
}

/** Throws a `SyntaxError` for a text that is no YAML, and where a list is wanted and something else stands. */
export function editYaml(text: string, settings: readonly Setting[], item: SettingsFile['item']): string {
  const document = readYaml(text);
  for (const { path, value } of settings) setOne(document, path, document.createNode(value));
  if (item !== undefined) putItem(document, item);
  return document.toString({ lineWidth: 0 });
}

function setOne(document: Document, path: readonly string[], node: unknown): void {
  for (let depth = 1; depth < path.length; depth += 1) {
    const parent = document.getIn(path.slice(0, depth), true);
    if (parent !== undefined && !isMap(parent))
      throw new SyntaxError(`${path.slice(0, depth).join('.')} is no mapping`);
  }
  document.setIn(path, node);
}

function putItem(document: Document, { list, value }: NonNullable<SettingsFile['item']>): void {
  const found = document.get(list, true);
  if (found === undefined) {
    document.set(list, document.createNode([value]));
    return;
  }
  if (!isSeq(found)) throw new SyntaxError(`${list} is no list`);
  const index = found.items.findIndex((one) => isMap(one) && one.get('name') === value.name);
  const node = document.createNode(value);
  if (index < 0) putFirst(found, node);
  else found.items[index] = node;
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

function readYaml(text: string): Document {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new SyntaxError(error.message);
  if (document.contents !== null && !isMap(document.contents)) throw new SyntaxError('it is no mapping');
  return document;
}
