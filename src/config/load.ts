/** From a text or an object to checked settings: all problems at once, each with its place and how to fix it. */

import type { z } from 'zod';
import type { ConfigProblem } from '../errors.ts';
import { readDocument, type SourceDocument, toProblem } from './document.ts';
import { interpolate, wholeVariable } from './interpolate.ts';
import { findNearest } from './nearest.ts';
import { configSchema, isSecretPath, type KeyPath, type Settings } from './schema.ts';
import { listKeys } from './schema-walk.ts';

/** Looks a variable up in `.env`, then in the environment. */
export type VariableLookup = (variable: string) => string | undefined;

export type LoadedSettings =
  | { readonly isValid: true; readonly settings: Settings; readonly document: SourceDocument }
  | { readonly isValid: false; readonly problems: readonly ConfigProblem[] };

/** Loads the text of a config file. */
export function loadText(path: string, text: string, lookup: VariableLookup): LoadedSettings {
  const document = readDocument(path, text);
  if (document.problems.length > 0) return { isValid: false, problems: document.problems };
  return loadDocument(document, lookup);
}

/** Loads a config that was given as an object: same schema, no places. */
export function loadGiven(value: unknown, lookup: VariableLookup): LoadedSettings {
  return loadDocument({ path: 'given config', value, problems: [], locate: () => undefined }, lookup);
}

function loadDocument(document: SourceDocument, lookup: VariableLookup): LoadedSettings {
  const { value, unset } = interpolate(document.value, lookup);
  const unsetProblems = unset.map(({ path, variable }) =>
    toProblem(document, path, {
      message: `\${${variable}} is not set`,
      howToFix: `set ${variable} in .env or the environment, or write the value here`,
    }),
  );
  const parsed = configSchema.safeParse(value);
  const schemaProblems = parsed.success ? [] : describeIssues(document, parsed.error.issues, []);
  const ownProblems = withoutEchoes(schemaProblems, unsetProblems);
  const problems = [...unsetProblems, ...ownProblems, ...findMixedSecrets(document, value)];
  if (!parsed.success || problems.length > 0) {
    return { isValid: false, problems: problems.toSorted(byPlace) };
  }
  return { isValid: true, settings: parsed.data, document };
}

/** What only follows from another problem: the empty text of an unset variable, a key that is missing because it is misspelt. */
function withoutEchoes(
  problems: readonly ConfigProblem[],
  unset: readonly ConfigProblem[],
): readonly ConfigProblem[] {
  const unsetKeys = new Set(unset.map(({ key }) => key));
  const meant = new Set(problems.map(({ howToFix }) => howToFix));
  return problems.filter(
    ({ key, message }) =>
      !unsetKeys.has(key) && !(message === isMissing && meant.has(`did you mean ${key}?`)),
  );
}

function byPlace(left: ConfigProblem, right: ConfigProblem): number {
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}

type Issue = z.core.$ZodIssue;

function describeIssues(
  document: SourceDocument,
  issues: readonly Issue[],
  base: KeyPath,
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...toKeyPath(issue.path)];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => describeUnknownKey(document, path, key));
    }
    const inner = issue.code === 'invalid_union' ? pickBranch(issue.errors) : undefined;
    if (inner !== undefined) return describeIssues(document, inner, path);
    return [toProblem(document, path, describeIssue(issue, readAt(document.value, path)))];
  });
}

function toKeyPath(path: readonly PropertyKey[]): KeyPath {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}

/** The branch of a union that was meant: the one whose own type fits. */
function pickBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
}

function describeUnknownKey(document: SourceDocument, parent: KeyPath, key: string): ConfigProblem {
  const known = listKeys(parent);
  const nearest = findNearest(key, known);
  const howToFix =
    nearest === undefined ? `write one of ${known.join(', ')}, or remove it` : `did you mean ${nearest}?`;
  return toProblem(document, [...parent, key], { message: 'unknown key', howToFix });
}

function describeIssue(
  issue: Issue,
  actual: unknown,
): { readonly message: string; readonly howToFix?: string | undefined } {
  if (actual === undefined && issue.path.length > 0) {
    return { message: isMissing, howToFix: missingFixes[String(issue.path.at(-1))] };
  }
  if (issue.code === 'invalid_type') {
    const message = `expected ${issue.expected}, found ${nameType(actual)}`;
    return issue.path.length > 0
      ? { message }
      : { message, howToFix: 'write keys, such as main: deepseek/deepseek-chat' };
  }
  if (issue.code === 'invalid_value') return describeChoice(issue.values.map(String), actual);
  return { message: issue.message.charAt(0).toLowerCase() + issue.message.slice(1) };
}

const isMissing = 'is missing';

const missingFixes: Readonly<Record<string, string>> = {
  main: 'add a line such as main: deepseek/deepseek-chat',
};

function describeChoice(
  values: readonly string[],
  actual: unknown,
): { readonly message: string; readonly howToFix: string } {
  const nearest = typeof actual === 'string' ? findNearest(actual, values) : undefined;
  const found = typeof actual === 'string' ? `"${actual}"` : nameType(actual);
  return {
    message: `${found} is not possible here`,
    howToFix: nearest === undefined ? `write one of ${values.join(', ')}` : `did you mean ${nearest}?`,
  };
}

function nameType(value: unknown): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value;
}

function readAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((node, part) => {
    if (typeof node !== 'object' || node === null) return undefined;
    return Object.entries(node).find(([key]) => key === String(part))?.[1];
  }, value);
}

/** A key that is only partly a `${VARIABLE}` could neither be read again nor told apart from a literal one. */
function findMixedSecrets(document: SourceDocument, value: unknown): readonly ConfigProblem[] {
  return listLeaves(value, [])
    .filter(({ path, leaf }) => isSecretPath(path) && typeof leaf === 'string' && isMixed(leaf))
    .map(({ path }) =>
      toProblem(document, path, {
        message: `a key must be one whole \${VARIABLE} or a literal`,
        howToFix: 'put the whole key into one variable',
      }),
    );
}

function isMixed(text: string): boolean {
  return text.includes('${') && wholeVariable(text) === undefined;
}

/** Every value that is no object or list, with its path. */
export function listLeaves(value: unknown, path: KeyPath): readonly { path: KeyPath; leaf: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => listLeaves(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [{ path, leaf: value }];
  return Object.entries(value).flatMap(([key, item]) => listLeaves(item, [...path, key]));
}
