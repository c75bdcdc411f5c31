/** The imported settings put into the text of a config of ours: what stands there stays, comments and all. */

import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isNode, isSeq, parseDocument } from 'yaml';
import { formatKeyPath, type KeyPath } from '../../config/schema/schema.ts';
import { writeInForm } from '../../config/yaml/text-form.ts';
import { isRecord } from '../../protocols/is-record.ts';

export interface Merged {
  readonly text: string;
  /** Key paths that say something else already and were left as they are. */
  readonly kept: readonly string[];
}

/** Adds what is missing; the text must be valid YAML. */
export function mergeInto(text: string, settings: object): Merged {
  const document: Document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const before: unknown = document.toJS();
  const kept = Object.entries(settings).flatMap(([key, value]) => put(document, [key], value));
  const isChanged = !isDeepStrictEqual(document.toJS(), before);
  return { kept, text: isChanged ? writeInForm(document, text) : text };
}

/** Sets a value where none is; gives the paths that say something else. */
function put(document: Document, path: KeyPath, value: unknown): readonly string[] {
  const node = document.getIn(path, true);
  const present: unknown = isNode(node) ? node.toJS(document) : node;
  if (present === undefined || present === null) document.setIn(path, document.createNode(value));
  else if (isMap(node) && isRecord(value) && isFilledUp(path))
    return Object.entries(value).flatMap(([key, one]) => put(document, [...path, key], one));
  else if (isSeq(node) && path[2] === 'credentials')
    for (const key of findNew(listOf(present), listOf(value))) node.add(document.createNode(key));
  else if (!isDeepStrictEqual(present, value)) return [formatKeyPath(path)];
  return [];
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A provider that is there already gets the fields, keys and models that it lacks; a task stays as it is. */
function isFilledUp([top, _name, field, ...rest]: KeyPath): boolean {
  if (top === 'auxiliary') return _name === undefined;
  return top === 'providers' && (field === undefined || field === 'models') && rest.length === 0;
}

/** Those that refer to something new, each with a label of its own. */
export function findNew<T extends { readonly label?: string }>(
  present: readonly unknown[],
  wanted: readonly T[],
) {
  const there = present.filter(isRecord);
  const known = new Set(there.map(sourceOf));
  const labels = new Set(there.map(({ label }, index) => label ?? `key-${index + 1}`));
  return wanted.flatMap((credential) => {
    const source = sourceOf({ ...credential });
    if (known.has(source)) return [];
    known.add(source);
    const label = freeLabel(credential.label ?? 'hermes', labels);
    labels.add(label);
    return [{ ...credential, label }];
  });
}

/** What two references to one key have in common. */
function sourceOf(credential: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(['env', 'env_file', 'file', 'pointer'].map((field) => credential[field]));
}

function freeLabel(wanted: string, labels: ReadonlySet<unknown>): string {
  let [label, count] = [wanted, 1];
  while (labels.has(label)) {
    count += 1;
    label = `${wanted}-${count}`;
  }
  return label;
}
