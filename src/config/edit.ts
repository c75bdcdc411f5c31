/** Reads and changes single values of a config text; comments and order survive. */

import { type Document, isNode, parseDocument, stringify } from 'yaml';
import { ConfigError } from '../errors.ts';
import { readDocument } from './document.ts';

/** The value at a dotted key path as YAML text; undefined when it is not there. Throws a `ConfigError` on broken YAML. */
export function getConfigValue(text: string, keyPath: string): string | undefined {
  const document = parseChecked(text);
  const node = document.getIn(readKeyPath(keyPath), true);
  if (node === undefined || node === null) return undefined;
  if (!isNode(node)) return String(node);
  const value: unknown = node.toJS(document);
  return typeof value === 'string' ? value : stringify(value).trimEnd();
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
