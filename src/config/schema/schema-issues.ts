/** Turns schema errors into complaints for people: the place, what is wrong, and the fix. */

import type { z } from 'zod';
import type { ConfigProblem, Typo } from '../../errors.ts';
import { formatKeyPath } from './key-paths.ts';
import { findAstray, findMeantForm, findOddSpan, isProvider, isTarget } from './meant-form.ts';
import { askAbout, findTypo } from './nearest.ts';
import type { KeyPath } from './schema.ts';
import { listFieldNames, listKeys } from './schema-walk.ts';
import { describeUnknownKey, outdent } from './unknown-keys.ts';
import { valueAtPath } from './values.ts';

export interface Complaint {
  readonly path: KeyPath;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly typo?: Typo | undefined;
  /** See `ConfigProblem`. */
  readonly lacks?: ConfigProblem['lacks'];
  /** A key that has to be there is not. Default: false. */
  readonly isMissing?: true;
  /** See `ConfigProblem`. Default: false. */
  readonly isPending?: true;
}

type SaidComplaint = Omit<Complaint, 'path'>;
type SchemaIssue = z.core.$ZodIssue;

/**
 * Describes each issue of a value; for a union, those of the branch that was meant. A value that
 * has only another form than here is one complaint, whatever the schema says of its parts.
 */
export function describeIssues(
  value: unknown,
  issues: readonly SchemaIssue[],
): readonly Complaint[] {
  const wholes = new Set<string>();
  return describeEach(value, issues, []).flatMap((complaint) => {
    const formed = askToOutdent(value, complaint) ?? askForForm(value, complaint);
    const place = formatKeyPath(formed.path);
    const isWhole = formed.fix === outdent || formed.typo?.of === 'form';
    if (isWhole && wholes.has(place)) return [];
    if (isWhole) wholes.add(place);
    return [formed];
  });
}

function askToOutdent(root: unknown, { path, message }: Complaint): Complaint | undefined {
  const place = findAstray(root, path);
  if (place === undefined) return undefined;
  const words = place.length < path.length ? `is no name of ${path[0]}` : message;
  return { path: place, message: words, fix: outdent };
}

function askForForm(root: unknown, complaint: Complaint): Complaint {
  if (complaint.typo?.meant !== undefined) return complaint;
  const { path } = complaint;
  for (const place of [path, path.slice(0, -1)]) {
    const meant = place.length === 0 ? undefined : findMeantForm(root, place);
    if (meant === undefined) continue;
    const typo = { of: 'form', written: '', meant } as const;
    const message = place === path ? complaint.message : 'is written in another form than here';
    return { path: place, message, fix: askAbout(typo), typo };
  }
  const span = findOddSpan(root, path);
  if (span !== undefined) {
    const spans = listFieldNames([...path, 'per']).join(', ');
    return { path, message: `a budget has no span "${span}"`, fix: `write one of ${spans}` };
  }
  const value = valueAtPath(root, path);
  return isTarget(path) && typeof value === 'string' && isProvider(root, value)
    ? { path, message: `"${value}" is a provider, and no model`, fix: `write ${value}/MODEL` }
    : complaint;
}

function describeEach(
  value: unknown,
  issues: readonly SchemaIssue[],
  base: KeyPath,
): readonly Complaint[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...toKeyPath(issue.path)];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => describeUnknownKey(value, path, key));
    const inner = issue.code === 'invalid_union' ? pickBranch(issue.errors) : undefined;
    if (inner !== undefined) return describeEach(value, inner, path);
    const said = describeIssue(issue, path, valueAtPath(value, path));
    const isBare = base.length === 0 && isEmptyMap(value) && said.isMissing === true;
    return [{ path, ...said, ...(isBare && { message: 'is missing: nothing is written here' }) }];
  });
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export function toKeyPath(path: readonly PropertyKey[]): KeyPath {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}

/** The branch of a union that was meant: the one whose type matches. */
function pickBranch(
  branches: readonly (readonly SchemaIssue[])[],
): readonly SchemaIssue[] | undefined {
  return branches.find(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
}

function describeIssue(issue: SchemaIssue, path: KeyPath, actual: unknown): SaidComplaint {
  const key = path.at(-1);
  if (actual === undefined && key !== undefined)
    return { message: 'is missing', isMissing: true, ...ifPending(path), fix: fixMissing(path) };
  switch (issue.code) {
    case 'invalid_type':
      return {
        message: `expected ${typeNames[issue.expected] ?? issue.expected}, found ${nameFound(actual)}`,
        fix: fixType(issue.expected, path, actual),
      };
    case 'invalid_value':
      return describeChoice(issue.values.map(String), actual);
    case 'too_big':
      return {
        message: `${String(actual)} is too large`,
        fix: `write at most ${issue.maximum}`,
      };
    case 'too_small':
      return describeSmall(issue, actual);
    case 'invalid_format':
      if (isTarget(path)) return complainOfTarget(path, actual);
      return describeExpected(issue.message, key);
    case 'invalid_key':
      return describeKey(issue.issues[0]?.message ?? issue.message, key);
    default:
      return describeOther(issue.message, path, actual);
  }
}

function describeOther(said: string, path: KeyPath, actual: unknown): SaidComplaint {
  return isTarget(path) && Array.isArray(actual)
    ? { message: 'holds several models', fix: 'name one here, and the others in fallback_chain' }
    : describeExpected(said, path.at(-1));
}

function describeSmall(
  { minimum, inclusive }: Extract<SchemaIssue, { code: 'too_small' }>,
  actual: unknown,
): SaidComplaint {
  return typeof actual === 'number'
    ? {
        message: `${actual} is too small`,
        fix: `write ${inclusive === true ? 'at least' : 'more than'} ${minimum}`,
      }
    : { message: 'is empty', fix: 'write a value, or remove the key' };
}

function describeKey(said: string, key: string | number | undefined): SaidComplaint {
  return key === ''
    ? { message: 'has no name', fix: 'write its name, or remove it' }
    : describeExpected(said, key);
}

const lookUp = 'docs/config.md says what it may be';

/** What was expected is what to write. */
function describeExpected(said: string, key: string | number | undefined): SaidComplaint {
  const message = startLower(said);
  const [, wanted] = /^expected (.*)/s.exec(message) ?? [];
  return { message, fix: fixTarget(key) ?? (wanted === undefined ? lookUp : `write ${wanted}`) };
}

/** `main` is the only key that must be at the top. */
function ifPending(path: KeyPath): { isPending?: true } {
  return path.length === 1 ? { isPending: true } : {};
}

function startLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

export function complainOfTarget(path: KeyPath, actual: unknown): SaidComplaint {
  const written = String(actual);
  const message = `"${written}" is not a model`;
  if (severalTargets.test(written))
    return { message: `"${written}" is more than one model`, fix: 'name one model in each place' };
  const [, provider, model] = spacedTarget.exec(written) ?? coloned.exec(written) ?? [];
  if (provider !== undefined) {
    const meant = `${provider}/${model}`;
    return { message, fix: `did you mean ${meant}?`, typo: { of: 'value', written, meant } };
  }
  if (bareModel.test(written))
    return { message: `"${written}" names no provider`, fix: `write PROVIDER/${written}` };
  const fix = fixTarget(path.at(-1)) ?? 'write provider/model, such as deepseek/deepseek-v4-pro';
  return { message, fix };
}

/** A model without its provider: a word with a number, unlike the name of a task. */
const bareModel = /^[a-z][\w.:-]*\d[\w.:-]*$/i;

/** A space or the other slash where a slash belongs. */
const spacedTarget = /^\s*([\w.-]+)(?:\s*[/\\]\s*|\s+)(\S+)\s*$/;

/** A colon where a slash belongs. Behind a model, its tag has no name of a model. */
const coloned = /^([a-z][a-z_-]*):((?!latest$)[a-z][\w.:/-]*[\d-][\w.:-]*)$/i;

/** A list in one text. A model's name may have slashes, and no comma before them. */
const severalTargets = /\/.*,\s*[^,/\s]+\//;

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys',
  record: 'keys',
};

/** Names the type of a value, never the value: it may be a key in the wrong place. */
function nameFound(actual: unknown): string {
  if (actual === null) return 'nothing';
  if (Array.isArray(actual)) return 'a list';
  if (typeof actual === 'boolean') return String(actual);
  if (typeof actual === 'number') return Number.isInteger(actual) ? 'a number' : 'a fraction';
  return typeof actual === 'object' ? 'keys' : 'a text';
}

/** What to write is decided by what belongs there; how, by what was found. */
function fixType(expected: string, path: KeyPath, actual: unknown): string {
  if (path.length === 0) return 'write keys, such as main: deepseek/deepseek-v4-pro';
  switch (typeNames[expected]) {
    case 'keys':
      return fixKeys(path, actual);
    case 'a list':
      return fixList(actual);
    case 'a text':
      return fixText(path, actual);
    case 'true or false':
      return 'write true or false, without quotes';
    default:
      return typeof actual === 'string'
        ? 'write a number, without quotes and unit'
        : 'write one number';
  }
}

function fixList(actual: unknown): string {
  if (actual === null) return 'write its values below it, each behind a dash, or remove the key';
  return typeof actual === 'object'
    ? 'write a list: each value alone, behind a dash'
    : 'write a list: put [ and ] around it';
}

function fixText(path: KeyPath, actual: unknown): string {
  if (typeof actual !== 'object') return 'put it in quotes';
  if (actual === null) return 'write a value behind it, or remove the key';
  if (path[0] === 'aliases') return 'write one model; those after it belong into a fallback_chain';
  if (path.at(-1) === 'api_key')
    return `write one key: "\${NAME}"; several, and {file: …} or {env: …}, go below credentials`;
  return Array.isArray(actual)
    ? 'write one value, without [ ] and without a dash'
    : 'write one value, on the same line';
}

function fixKeys(path: KeyPath, actual: unknown): string {
  if (actual === null) return 'indent its keys below it, or write {}';
  if (path.at(-2) === 'credentials')
    return `write {env: NAME}, {api_key: "\${NAME}"} or another source`;
  const [group = '', name] = path;
  if (path.length === 2 && listKeys([group, 'NAME']).includes(String(name)))
    return `indent it deeper: it belongs to one of ${group}, below its name`;
  return Array.isArray(actual)
    ? 'write each as NAME: VALUE, without a dash'
    : 'write its keys below it, each as NAME: VALUE';
}

function fixMissing(path: KeyPath): string {
  const key = path.at(-1);
  const place = formatPlace(path.slice(0, -1));
  const choices = listFieldNames(path);
  if (choices.length > 0) return `write ${key} below ${place}, as one of ${choices.join(', ')}`;
  return fixTarget(key) ?? `write ${key}: VALUE below ${place}`;
}

function formatPlace(path: KeyPath): string {
  return path.length === 0
    ? 'the other keys'
    : String(path.findLast((part) => typeof part === 'string'));
}

/** Gives an example for a key that names a target. */
function fixTarget(key: string | number | undefined): string | undefined {
  return key === 'main' ? 'write a line such as main: deepseek/deepseek-v4-pro' : undefined;
}

function describeChoice(values: readonly string[], actual: unknown): SaidComplaint {
  const isText = typeof actual === 'string';
  const typo = isText ? findTypo('value', actual, values) : undefined;
  const fix = (typo && askAbout(typo)) ?? `write one of ${values.join(', ')}`;
  return {
    message: `${isText ? `"${actual}"` : nameFound(actual)} is not possible here`,
    fix,
    typo,
  };
}
