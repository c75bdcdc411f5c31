/**
 * Says where the keys of a provider were looked for, and what was found there and is not used. It
 * reads what a request would read, and sends nothing.
 */

import type { CredentialsFile } from '../config/files/credentials-file.ts';
import { describeNear } from '../config/files/near-variable.ts';
import { listIgnored, useIgnored } from '../config/resolve/ignored.ts';
import { lookFor, type VariablePlaces } from '../config/resolve/resolve-context.ts';
import type { ResolvedProvider } from '../config/resolved/resolved.ts';
import type { Fix } from '../model/fix.ts';
import { builtinEntries } from '../providers/builtin.ts';

interface LookedIn extends VariablePlaces {
  readonly credentialsFile: CredentialsFile;
  /** Whose environment that is: `the environment`. */
  readonly where: string;
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
  const [ignored] = listIgnored(provider, { ...places, stored: credentialsFile.current() });
  if (ignored !== undefined) return { detail: ignored, fix: useIgnored(provider) };
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
