/** Reads a YAML text into plain values, with the position of every key. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParseOptions,
  parseDocument,
  type SchemaOptions,
  visit,
} from 'yaml';
import type { ConfigProblem } from '../../errors.ts';
import { findConflict } from '../schema/conflict.ts';
import { describeOtherForm } from '../schema/foreign-file.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import type { KeyPath } from '../schema/schema.ts';
import type { Complaint } from '../schema/schema-issues.ts';
import { valueAtPath } from '../schema/values.ts';
import { findOddCharacter, typePlainly } from '../secrets/judge-secret.ts';
import { findPair, rangeOf } from './nodes.ts';
import { describeYamlErrors, findForeignByte, findOddMark, findOddSpace } from './yaml-faults.ts';
import type { YamlFault } from './yaml-layout.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Holds a configuration's content before validation. */
export interface SourceDocument {
  /** Is the file's path, or `given`. */
  readonly path: string;
  readonly value: unknown;
  /** Lists YAML syntax errors. */
  readonly problems: readonly ConfigProblem[];
  /**
   * Position of a key, or of its nearest existing parent; undefined for values given as an object.
   */
  locate(path: KeyPath): Position | undefined;
}

/** `<<: *base` copies keys, as in YAML 1.1: configurations with anchors are written so. */
export const yamlOptions: ParseOptions & SchemaOptions = { merge: true, prettyErrors: false };

/** Returns all syntax errors as problems. */
export function readDocument(path: string, text: string): SourceDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...yamlOptions, lineCounter: lines });
  const toPosition = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (text.includes('\u0000')) return refuseBinary(path);
  const odd =
    findConflict(text) ??
    findForeignByte(text, document) ??
    findOddSpace(text, document) ??
    findOddMark(text, document) ??
    findOtherForm(text, document);
  const faults = odd === undefined ? describeYamlErrors(text, document) : [odd];
  const problems = faults.map(({ offset, message, fix }) => ({
    path,
    ...toPosition(offset),
    key: '(YAML)',
    message,
    fix: fix === undefined ? undefined : { text: fix },
  }));
  const converted = problems.length > 0 ? { value: {} } : toJsonValue(document, path, toPosition);
  return {
    path,
    value: converted.value,
    problems: converted.problem === undefined ? problems : [...problems, converted.problem],
    locate: (keyPath) => toPosition(findOffset(document, keyPath)),
  };
}

/** A document without a file: it has a name, but no positions. */
export function unplaced(path: string, value: unknown = {}): SourceDocument {
  return { path, value, problems: [], locate: () => undefined };
}

/** Settings of another form: what they are comes before what makes them no YAML. */
function findOtherForm(text: string, { errors, contents }: Document): YamlFault | undefined {
  const found = errors.length > 0 || isScalar(contents) ? describeOtherForm(text) : undefined;
  return found && { ...found, offset: 0 };
}

/** Refuses UTF-16, which Windows PowerShell writes by default. */
function refuseBinary(path: string): SourceDocument {
  const fix = { text: 'save it as UTF-8' };
  const problem = { path, key: '(file)', message: 'is not text in UTF-8', fix };
  return { ...unplaced(path), problems: [problem] };
}

function toJsonValue(
  document: Document,
  path: string,
  toPosition: (offset: number) => Position,
): { readonly value: unknown; readonly problem?: ConfigProblem } {
  try {
    const value: unknown = document.toJS() ?? {};
    JSON.stringify(value); // throws where a value holds itself
    return { value };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const { offset, message = said, fix } = explainAliases(document, said);
    const fault = { key: '(YAML)', message, fix: { text: fix } };
    return { value: {}, problem: { path, ...toPosition(offset), ...fault } };
  }
}

interface AliasFault {
  readonly offset: number;
  /** Default: the words of the library. */
  readonly message?: string;
  readonly fix: string;
}

/** Aliases are the only other reason why a document cannot be read. */
function explainAliases(document: Document, said: string): AliasFault {
  const lost = findAlias(document, (target) => target === undefined);
  if (lost !== undefined) return { offset: lost, fix: 'put a text that begins with * in quotes' };
  const within = findAlias(document, (target, above) => above.includes(target));
  if (within !== undefined)
    return {
      offset: within,
      message: 'this alias stands within its own anchor, so the value has no end',
      fix: 'take the alias out, or give the anchor (&) to another value',
    };
  const isTooMuch = said.startsWith('Excessive alias count');
  return {
    offset: findAlias(document, () => true) ?? 0,
    ...(isTooMuch && { message: 'aliases within aliases stand for far too many values' }),
    fix: 'write the values out, with fewer aliases (*)',
  };
}

/** Position of the first alias of which that is true: of what it stands for, and what is above. */
function findAlias(
  document: Document,
  isFaulty: (target: unknown, above: readonly unknown[]) => boolean,
): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias: (_key, alias, above) => {
      if (offset === undefined && isFaulty(alias.resolve(document), above))
        offset = rangeOf(alias)?.[0];
    },
  });
  return offset;
}

function findOffset(document: Document, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const part of path) {
    const step = nodeBelow(document, node, part);
    if (step === undefined) break;
    offset = step.offset ?? offset;
    node = step.node;
  }
  return offset;
}

/** A key that a mapping does not have itself may come from one that it merges. */
function nodeBelow(
  document: Document,
  node: unknown,
  part: string | number,
): { readonly offset: number | undefined; readonly node: unknown } | undefined {
  if (isAlias(node)) return nodeBelow(document, node.resolve(document), part);
  const pair = findPair(node, part);
  if (pair !== undefined) return { offset: rangeOf(pair.key)?.[0], node: pair.value };
  if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
    const item = node.items[part];
    return { offset: rangeOf(item)?.[0], node: item };
  }
  const merged = isMap(node) && node.items.find(isMerge)?.value;
  for (const one of isSeq(merged) ? merged.items : [merged]) {
    const step = one ? nodeBelow(document, one, part) : undefined;
    if (step !== undefined) return step;
  }
  return undefined;
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.source === '<<';
}

/** Creates a problem at a key of the document. A character that only looks right is its cause. */
export function toProblem(
  document: SourceDocument,
  path: KeyPath,
  complaint: AtPath,
): ConfigProblem {
  const { message, fix, typo, lacks, isPending } = blameCharacter(document, path, complaint);
  const place = document.locate(path);
  return {
    path: document.path,
    ...place,
    key: path.length === 0 ? '(root)' : formatKeyPath(path),
    message,
    fix: fix === undefined ? undefined : { text: fix },
    ...(typo === undefined ? {} : { typo }),
    ...(lacks === undefined ? {} : { lacks }),
    ...(isPending === undefined ? {} : { isPending }),
  };
}

type AtPath = Omit<Complaint, 'path' | 'isMissing'>;

function blameCharacter({ value }: SourceDocument, path: KeyPath, said: AtPath): AtPath {
  const of = said.typo?.of === 'key' ? 'key' : 'value';
  const written = of === 'key' ? path.at(-1) : valueAtPath(value, path);
  const odd = typeof written === 'string' ? findOddCharacter(written) : undefined;
  if (odd === undefined || typeof written !== 'string') return said;
  return {
    message: `${said.message}: there is ${odd.words} (${odd.code}) in what is written there`,
    fix: 'write plain characters: " or \' for a quotation mark, - for a dash',
    // only what was taken for a name is no secret
    ...(said.typo && { typo: { of, written, meant: typePlainly(written) } }),
  };
}
