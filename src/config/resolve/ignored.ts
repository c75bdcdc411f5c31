/**
 * What `ignore_sources` of a provider leaves out although it has a value. Only for what people are
 * told.
 */

import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import type { CredentialsContent } from '../files/credentials-file.ts';
import type { ResolvedProvider } from '../resolved/resolved.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import { lookupIn, type VariablePlaces } from './resolve-context.ts';

interface IgnoredPlaces extends Omit<VariablePlaces, 'files'> {
  /** Whose environment that is: `the environment`. */
  readonly where: string;
  /** Default: stored keys are not looked at. */
  readonly stored?: Pick<CredentialsContent, 'keys'>;
}

/** A sentence for each. */
export function listIgnored(
  { name, keyVariables = [], ignoredSources = [] }: ResolvedProvider,
  { stored, where, ...places }: IgnoredPlaces,
): readonly string[] {
  const why = (source: string): string =>
    `not used: providers.${name}.ignore_sources names ${source}`;
  const keys = ignoredSources.includes('stored') ? (stored?.keys ?? []) : [];
  const shut = (['dotenv', 'env'] as const).filter((source) => ignoredSources.includes(source));
  return [
    ...keys
      .filter(({ provider }) => provider === name)
      .map(({ label }) => `its stored key ${label} is ${why('stored')}`),
    ...shut.flatMap((source) =>
      keyVariables
        .filter((variable) => lookupIn(source, places, variable) !== undefined)
        .map((variable) => {
          const place = source === 'env' ? where : places.dotenv.path;
          return `${variable} is set in ${place} and ${why(source)}`;
        }),
    ),
  ];
}

export function useIgnored({ name }: Pick<ResolvedProvider, 'name'>): Fix {
  const key = formatKeyPath(['providers', name, 'ignore_sources']);
  return { text: 'use it', command: shellLine`holdfast config unset ${key}` };
}
