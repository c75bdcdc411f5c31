/** Merges imported settings into the text of our config. Existing values and comments are kept. */

import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isNode, isSeq, parseDocument } from 'yaml';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import type { CredentialSettings, KeyPath } from '../../config/schema/schema.ts';
import { isObject } from '../../config/schema/values.ts';
import { writeInForm } from '../../config/yaml/text-form.ts';
import { isRecord, recordsIn } from '../../protocols/json/is-record.ts';

/** Drops fields that are undefined, an empty object or an empty list. */
export function dropEmpty<T extends object>(fields: T): Partial<T> {
  const kept: Partial<T> = { ...fields };
  for (const [key, value] of Object.entries(fields))
    if (value === undefined || (isObject(value) && Object.keys(value).length === 0))
      Reflect.deleteProperty(kept, key);
  return kept;
}

/**
 * Adds missing values; the text must be valid YAML. Returns the key paths that already have another
 * value and were left unchanged.
 */
export function mergeIntoConfig(
  text: string,
  settings: object,
): { readonly text: string; readonly kept: readonly string[] } {
  const document: Document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const before: unknown = document.toJS();
  const kept = Object.entries(settings).flatMap(([key, value]) => putValue(document, [key], value));
  const isChanged = !isDeepStrictEqual(document.toJS(), before);
  return { kept, text: isChanged ? writeInForm(document, text) : text };
}

/** Sets a value if there is none; returns the paths that have another value. */
function putValue(document: Document, path: KeyPath, value: unknown): readonly string[] {
  const node = document.getIn(path, true);
  const present: unknown = isNode(node) ? node.toJS(document) : node;
  if (present === undefined || present === null) document.setIn(path, document.createNode(value));
  else if (isMap(node) && isRecord(value) && filledUp.test(formatKeyPath(path)))
    return Object.entries(value).flatMap(([key, one]) => putValue(document, [...path, key], one));
  else if (isSeq(node) && path[2] === 'credentials')
    for (const key of findNew(present, recordsIn(value))) node.add(document.createNode(key));
  else if (!isDeepStrictEqual(present, value)) return [formatKeyPath(path)];
  return [];
}

/**
 * An existing provider gets the fields, keys and models that it lacks; an existing task is left
 * unchanged.
 */
const filledUp = /^(auxiliary|providers(\.[^.]+(\.models)?)?)$/;

/** Returns the credentials with a new reference, each with a unique label. */
export function findNew(
  present: unknown,
  wanted: readonly CredentialSettings[],
): CredentialSettings[] {
  const there = recordsIn(present);
  const known = new Set(there.map(sourceOf));
  const labels = new Set(there.map(({ label }, index) => label ?? `key-${index + 1}`));
  return wanted.flatMap((credential) => {
    const source = sourceOf(credential);
    if (known.has(source)) return [];
    known.add(source);
    const label = freeName(credential.label ?? 'hermes', (name) => labels.has(name));
    labels.add(label);
    return [{ ...credential, label }];
  });
}

/** Returns an equal text for credentials that refer to the same key. */
function sourceOf(credential: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(['env', 'env_file', 'file', 'pointer'].map((field) => credential[field]));
}

/** Returns `work`, else `work-2`, `work-3`, … */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let [name, count] = [wanted, 1];
  while (isTaken(name)) name = `${wanted}-${++count}`;
  return name;
}
