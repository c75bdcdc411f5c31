/** The imported settings put into the text of a config of ours: what stands there stays, comments and all. */

import { type Document, isMap, isSeq, type Node, parseDocument } from 'yaml';
import type { KeyPath } from '../../config/schema/schema.ts';
import { formatKeyPath } from '../../config/schema/schema.ts';
import { writeInForm } from '../../config/yaml/text-form.ts';
import type { ImportedTarget } from './targets.ts';
import type { ImportedSettings } from './translate.ts';

export interface Merged {
  readonly text: string;
  /** Key paths that say something else already and were left as they are. */
  readonly kept: readonly string[];
}

/** Adds what is missing; the text must be valid YAML. */
export function mergeInto(text: string, settings: ImportedSettings): Merged {
  const merge = new Merge(parseDocument(text));
  if (settings.main !== undefined) merge.put(['main'], showTarget(settings.main));
  if (settings.fallback_chain.length > 0) {
    merge.put(['fallback_chain'], settings.fallback_chain.map(showTarget));
  }
  for (const [name, provider] of Object.entries(settings.providers)) {
    merge.putProvider(['providers', name], provider);
  }
  for (const [name, task] of Object.entries(settings.auxiliary)) {
    const chain = task.fallback_chain?.map((target) =>
      typeof target === 'string' ? target : showTarget(target),
    );
    merge.put(['auxiliary', name], chain === undefined ? task : { ...task, fallback_chain: chain });
  }
  return merge.finish(text);
}

/** `provider/model`; the provider's name holds no slash. */
function showTarget({ provider, model }: ImportedTarget): string {
  return `${provider}/${model}`;
}

class Merge {
  readonly #document: Document;
  readonly #kept: string[] = [];
  #isChanged = false;

  constructor(document: Document) {
    this.#document = document;
    if (!isMap(document.contents)) document.contents = document.createNode({});
  }

  /** Sets a value where none is; a different one stays and is remembered. */
  put(path: KeyPath, value: unknown): void {
    const present = this.#read(path);
    if (present === undefined || present === null) this.#set(path, value);
    else if (!isEqual(present, value)) this.#kept.push(formatKeyPath(path));
  }

  /** A provider that is there already gets the fields and keys that it lacks. */
  putProvider(path: KeyPath, provider: object): void {
    const present = this.#read(path);
    if (present === undefined || present === null) {
      this.#set(path, provider);
      return;
    }
    for (const [field, value] of Object.entries(provider)) {
      if (field === 'credentials') this.#addCredentials([...path, field], value);
      else if (field === 'models') this.#putEach([...path, field], value);
      else this.put([...path, field], value);
    }
  }

  finish(text: string): Merged {
    const kept = this.#kept;
    return { kept, text: this.#isChanged ? writeInForm(this.#document, text) : text };
  }

  #putEach(path: KeyPath, values: object): void {
    for (const [name, value] of Object.entries(values)) this.put([...path, name], value);
  }

  /** Appends the credentials that refer to something new, each with a label of its own. */
  #addCredentials(path: KeyPath, credentials: readonly Credential[]): void {
    const present = parseCredentials(this.#read(path));
    const known = new Set(present.map(sourceOf));
    const isNew = (credential: Credential): boolean => !known.has(sourceOf(credential));
    const labels = new Set(present.map(({ label }, index) => label ?? `key-${index + 1}`));
    for (const credential of credentials.filter(isNew)) {
      const label = freeLabel(credential.label ?? 'hermes', labels);
      labels.add(label);
      this.#append(path, { ...credential, label });
    }
  }

  #append(path: KeyPath, value: unknown): void {
    const node = this.#document.getIn(path, true);
    if (!isSeq(node)) this.#set(path, [value]);
    else {
      node.add(this.#document.createNode(value));
      this.#isChanged = true;
    }
  }

  #set(path: KeyPath, value: unknown): void {
    const parent = path.slice(0, -1);
    if (parent.length > 0 && !isMap(this.#document.getIn(parent, true))) this.#set(parent, {});
    const node: Node = this.#document.createNode(value);
    this.#document.setIn(path, node);
    this.#isChanged = true;
  }

  #read(path: KeyPath): unknown {
    const node = this.#document.getIn(path, true);
    return isMap(node) || isSeq(node) ? node.toJS(this.#document) : this.#document.getIn(path);
  }
}

interface Credential {
  readonly label?: string;
  readonly env?: string;
  readonly env_file?: string;
  readonly file?: string;
  readonly pointer?: string;
}

/** What two references to one key have in common. */
function sourceOf({ env, env_file: dotenv, file, pointer }: Credential): string {
  return JSON.stringify([env, dotenv, file, pointer]);
}

function parseCredentials(value: unknown): readonly Credential[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is Credential => typeof item === 'object' && item !== null);
}

function freeLabel(wanted: string, labels: ReadonlySet<string>): string {
  if (!labels.has(wanted)) return wanted;
  let count = 2;
  while (labels.has(`${wanted}-${count}`)) count += 1;
  return `${wanted}-${count}`;
}

/** Equal as YAML values; the order of keys does not count. */
function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(sortKeys(left)) === JSON.stringify(sortKeys(right));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]),
  );
}
