/**
 * Turns a text or an object into checked settings. Reports all problems at once, each with its
 * place and fix.
 */

import type { ConfigProblem } from '../../errors.ts';
import { describeForeign } from '../schema/foreign-file.ts';
import { interpolate, type VariableLookup, wholeVariable } from '../schema/interpolate.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import { readMeant } from '../schema/meant-keys.ts';
import { configSchema, isSecretPath, type KeyPath, type Settings } from '../schema/schema.ts';
import { type Complaint, describeIssues } from '../schema/schema-issues.ts';
import { isAdded } from '../schema/show-leaf.ts';
import { listLeaves } from '../schema/values.ts';
import { readDocument, type SourceDocument, toProblem, unplaced } from '../yaml/document.ts';
import { type Remainder, salvage } from './salvage.ts';

export type LoadedSettings =
  | (Hidden & {
      readonly isValid: true;
      readonly settings: Settings;
      readonly document: SourceDocument;
    })
  | RefusedSettings;

interface Hidden {
  /** Values of `headers` and `query`, of a refused configuration too. Default: none is known. */
  readonly added?: readonly string[];
}

export interface RefusedSettings extends Hidden {
  readonly isValid: false;
  readonly problems: readonly ConfigProblem[];
  /** The valid part, searched for further problems; undefined if nothing can be read. */
  readonly remainder?: Remainder | undefined;
}

export function loadText(path: string, text: string, lookup: VariableLookup): LoadedSettings {
  const document = readDocument(path, text);
  if (document.problems.length > 0) return { isValid: false, problems: document.problems };
  const foreign = describeForeign(document.value);
  if (foreign === undefined) return loadDocument(document, lookup);
  return { isValid: false, problems: [toProblem(document, [foreign.key], foreign)] };
}

/** Uses the same schema for an object; its problems have no line numbers. */
export function loadGiven(value: unknown, lookup: VariableLookup): LoadedSettings {
  return loadDocument(unplaced('given config', value), lookup);
}

function loadDocument(written: SourceDocument, lookup: VariableLookup): LoadedSettings {
  const meant = readMeant(written.value);
  const { value, unset } = interpolate(meant.value, lookup);
  const unsetVariables = unset.map(({ path, variable, why }) => ({
    path,
    message:
      why === undefined ? `\${${variable}} is not set` : `\${${variable}} is not known: ${why}`,
    isPending: true as const,
    fix: `set ${variable} in .env or the environment, or write the value here`,
  }));
  const parsed = configSchema.safeParse(value);
  const ofSchema = parsed.success ? [] : describeIssues(meant.value, parsed.error.issues);
  const needed = dropUnread(unsetVariables, ofSchema);
  const complaints = [
    ...meant.complaints,
    ...needed,
    ...dropEchoedComplaints(ofSchema, needed),
    ...findMixedSecrets(value),
  ];
  if (parsed.success && complaints.length === 0)
    return { isValid: true, settings: parsed.data, document: written, added: listAdded(value) };
  const document: SourceDocument = {
    ...written,
    value: meant.value,
    locate: (path) => written.locate(meant.written(path)),
  };
  return {
    isValid: false,
    added: listAdded(value),
    problems: complaints
      .map(({ path, ...said }) => toProblem(document, path, said))
      .toSorted(byPlace),
    remainder: salvage(document, value, [...unsetVariables, ...ofSchema]),
  };
}

/** The words of a value too: of `Bearer TOKEN` the token is the secret. */
function listAdded(value: unknown): readonly string[] {
  return listLeaves(value, []).flatMap(({ path, leaf }) =>
    isAdded(path) && typeof leaf === 'string' ? [leaf, ...leaf.split(' ')] : [],
  );
}

/** Whether a variable is set matters only where its key is one of ours. */
function dropUnread(
  unset: readonly Complaint[],
  ofSchema: readonly Complaint[],
): readonly Complaint[] {
  const unknown = new Set(
    ofSchema
      .filter(({ message }) => message === 'unknown key')
      .map(({ path }) => formatKeyPath(path)),
  );
  return unset.filter(({ path }) => !unknown.has(formatKeyPath(path)));
}

/**
 * Drops complaints that another one causes: the empty value of an unset variable, or a missing key
 * that is only misspelt.
 */
function dropEchoedComplaints(
  complaints: readonly Complaint[],
  unset: readonly Complaint[],
): readonly Complaint[] {
  const unsetKeys = new Set(unset.map(({ path }) => formatKeyPath(path)));
  const meant = new Set(complaints.flatMap(listMeant).map(formatKeyPath));
  return complaints.filter(({ path, isMissing = false }) => {
    const key = formatKeyPath(path);
    return !unsetKeys.has(key) && !(isMissing && meant.has(key));
  });
}

/** The key that was meant, where one is misspelt. */
function listMeant({ path, typo }: Complaint): readonly KeyPath[] {
  return typo?.of === 'key' && typo.meant !== undefined ? [[...path.slice(0, -1), typo.meant]] : [];
}

/** Sorts by position in the file. */
export function byPlace(left: ConfigProblem, right: ConfigProblem): number {
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}

/**
 * Finds keys that mix `${VARIABLE}` with other text. Such a key cannot be read again later, and
 * looks like a literal one.
 */
function findMixedSecrets(value: unknown): readonly Complaint[] {
  return listLeaves(value, [])
    .filter(({ path, leaf }) => isSecretPath(path) && typeof leaf === 'string' && isMixed(leaf))
    .map(({ path }) => ({
      path,
      message: `is not one whole \${NAME}: a default, spaces or other text beside the name are not read`,
      fix: `write \${NAME} alone, and put the whole key into that variable`,
    }));
}

function isMixed(text: string): boolean {
  return text.includes('${') && wholeVariable(text) === undefined;
}
