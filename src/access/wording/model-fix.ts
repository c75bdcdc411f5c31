/**
 * What a person can do about a model that is not there, or not for this key: one answer for an
 * error, a story and `doctor`. Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Fix, ShellLine } from '../../model/fix.ts';
import type { SaidFailure } from './said-fix.ts';
import { advises, namesDeployment } from './speakers.ts';

interface NamedModel {
  readonly provider: string;
  /** Where the model is named: `main (config.yaml:1)`. Absent: in the request. */
  readonly at?: string | undefined;
  /** The vendor's page of keys. */
  readonly keys?: string | undefined;
  /** Fetches it, where a server fetches its models. */
  readonly pull?: ShellLine | undefined;
  /** Names a model that is nearly the same, and there. */
  readonly nearest?: Fix | undefined;
}

export function fixModel(
  { cause, evidence, speaker }: SaidFailure,
  { provider, at, keys, pull, nearest }: NamedModel,
): Fix {
  const place = at === undefined ? ' in the request' : ` at ${at}`;
  const first = advises(evidence, { cause, speaker }) ? 'do as it says, or ' : '';
  if (namesDeployment(evidence))
    return {
      text: `${first}name a deployment that exists as the model${place}; the console of ${provider} lists them`,
    };
  if (cause && cause !== 'budget' && rowOfClass(cause).fix === 'allow-model')
    return { text: `${first}choose another model${place}${allowAt(first, evidence, keys)}` };
  const correct = `${first}correct the model${place}${orAccess(evidence)}`;
  const listed = `${correct}; holdfast models --refresh lists what ${provider} offers`;
  if (pull !== undefined) return { text: `${listed}; or fetch it`, command: pull };
  return nearest ?? { text: listed };
}

/** Words that name a page know the nearer one. */
function allowAt(first: string, words: string | undefined, keys: string | undefined): string {
  if (keys !== undefined && !/https:/.test(words ?? '')) return `, or allow this one at ${keys}`;
  return first === '' ? ', or have this one allowed for the key' : '';
}

/** Some tell a name that is wrong and a model that is not allowed alike. */
function orAccess(words = ''): string {
  return /^unavailable model\b|\bor (you|your [\w ]{0,30}|the project)\b.{0,20}\bnot have (access|permission)\b/i.test(
    words,
  )
    ? ', or have it allowed for the account'
    : '';
}
