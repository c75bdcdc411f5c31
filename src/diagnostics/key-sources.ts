/**
 * Says where the keys of a provider were looked for, and what was found there and is not used. It
 * reads what a request would read, and sends nothing.
 */

import type { CredentialsFile } from '../config/files/credentials-file.ts';
import { describeNear } from '../config/files/near-variable.ts';
import { lookFor, lookupIn, type VariablePlaces } from '../config/resolve/resolve-context.ts';
import type { ResolvedProvider } from '../config/resolved/resolved.ts';
import { formatKeyPath } from '../config/schema/key-paths.ts';
import { shellLine } from '../host/shell-line.ts';
import type { Fix } from '../model/fix.ts';
import { builtinEntries } from '../providers/builtin.ts';

interface LookedIn extends VariablePlaces {
  readonly credentialsFile: CredentialsFile;
  /** Whose environment that is: `the environment`. */
  readonly where: string;
}

/** Returns what `ignore_sources` leaves out although it has a value, a sentence for each. */
export function listIgnored(
  { name, keyVariables = [], ignoredSources = [] }: ResolvedProvider,
  places: Pick<LookedIn, 'dotenv' | 'environment' | 'where'>,
): readonly string[] {
  const shut = (['dotenv', 'env'] as const).filter((source) => ignoredSources.includes(source));
  return shut.flatMap((source) =>
    keyVariables
      .filter((variable) => lookupIn(source, places, variable) !== undefined)
      .map((variable) => {
        const place = source === 'env' ? places.where : places.dotenv.path;
        return `${variable} is set in ${place} and not used: providers.${name}.ignore_sources names ${source}`;
      }),
  );
}

/** Says where the key of a provider was looked for, what was found there, and what would count. */
export function describeAbsence(
  provider: ResolvedProvider,
  places: LookedIn,
): { readonly detail: string; readonly fix?: Fix } {
  const { keyVariables = [] } = provider;
  const { dotenv, credentialsFile, where } = places;
  const { problem, fix } = credentialsFile.current();
  if (problem !== undefined) return { detail: problem, ...(fix && { fix }) };
  const names = keyVariables.join(' or ');
  const looks = keyVariables.map((name) => ({ name, ...lookFor(places, name) }));
  const failed = looks.find((look) => look.state === 'failed');
  if (failed?.state === 'failed')
    return { detail: `${failed.why}; ${where} does not set ${names}` };
  const [ignored] = listIgnored(provider, places);
  if (ignored !== undefined) {
    const key = formatKeyPath(['providers', provider.name, 'ignore_sources']);
    const command = shellLine`holdfast config unset ${key}`;
    return { detail: ignored, fix: { text: 'use it', command } };
  }
  const found = looks.find((look) => look.state === 'found');
  if (found?.state === 'found') {
    const place = found.line === undefined ? where : `${dotenv.path}:${found.line}`;
    return {
      detail: `${found.name} is set in ${place} and belongs to another origin: \`holdfast config check\` says which`,
    };
  }
  const hints = looks.flatMap((look) => (look.state === 'absent' ? (look.hint ?? []) : []));
  const near = hints[0] ?? describeNear(keyVariables, places, knownVariables);
  const detail = `neither ${dotenv.path} nor ${where} sets ${names}`;
  return { detail: near === undefined ? detail : `${detail}; ${near}` };
}

const knownVariables: ReadonlySet<string> = new Set(
  builtinEntries.flatMap(({ keyVariables }) => keyVariables),
);
