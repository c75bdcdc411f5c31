/** Reads and changes single values of a config text; comments and order survive. */

import { type Document, isNode, parseDocument, stringify } from 'yaml';
import { ConfigError } from '../errors.ts';
import { readDocument } from './document.ts';
import { listLeaves } from './load.ts';
import { showLeaf } from './resolve-values.ts';
import { formatKeyPath, type KeyPath } from './schema.ts';

/** The value at a dotted key path, secrets blanked; undefined when it is not there. Throws a `ConfigError` on broken YAML. */
export function getConfigValue(text: string, keyPath: string): unknown {
  const document = parseChecked(text);
  const path = readKeyPath(keyPath);
  const node = document.getIn(path, true);
  if (node === undefined || node === null) return undefined;
  return blankSecrets(isNode(node) ? node.toJS(document) : node, path);
}

/** A value as `config get` prints it: text as it is, anything else as YAML. */
export function formatConfigValue(value: unknown): string {
  return typeof value === 'string' ? value : stringify(value).trimEnd();
}

/** The key path where this value would write a key out: its own, or one below it. Undefined when it would write none. */
export function findLiteralKey(keyPath: string, yamlValue: string): string | undefined {
  const { value, problems } = readDocument('the value', yamlValue);
  const leaves = listLeaves(problems.length > 0 ? yamlValue : value, readKeyPath(keyPath));
  const found = leaves.find(({ path, leaf }) => showLeaf(path, leaf) !== leaf);
  return found === undefined ? undefined : formatKeyPath(found.path);
}

function blankSecrets(value: unknown, path: KeyPath): unknown {
  if (showLeaf(path, value) !== value) return showLeaf(path, value);
  if (Array.isArray(value)) return value.map((item, index) => blankSecrets(item, [...path, index]));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, blankSecrets(item, [...path, key])]),
    );
  return showLeaf(path, value);
}

/** The text with one value set, given as YAML: `8080`, `[a/b, c/d]`. Throws a `ConfigError` on broken YAML of either. */
export function setConfigValue(text: string, keyPath: string, yamlValue: string): string {
  const document = parseChecked(text);
  const value: unknown = parseChecked(yamlValue).toJS();
  document.setIn(readKeyPath(keyPath), document.createNode(value));
  return document.toString({ lineWidth: 0 });
}

/** The first lines of a new config file; line 1 tells editors where the schema is. */
export function newConfigText(schemaPath: string): string {
  return `# yaml-language-server: $schema=${schemaPath}\n`;
}

/** `providers.xiaomi.credentials[0].env` or `providers["my.name"].base_url`, as keys and indexes. */
function readKeyPath(keyPath: string): readonly (string | number)[] {
  const parts = keyPath.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...parts].map(([, quoted, index, plain]) =>
    index === undefined ? (quoted ?? plain ?? '') : Number(index),
  );
}

function parseChecked(text: string): Document {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0)
    throw new ConfigError('config-invalid', readDocument('config', text).problems);
  return document;
}
