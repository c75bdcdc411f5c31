/** The source of a key that was handed to `auth add`: its entry in `credentials.json`. */

import type { CredentialsFile } from '../../config/files/credentials-file.ts';
import type { Credential } from '../../model/credential.ts';
import { createLookedAt, type Finding, type LocatorOf, type Source } from './source.ts';

export function createStoredSource(
  file: CredentialsFile,
): (credential: Credential, locator: LocatorOf<'stored'>) => Source {
  return (credential, { id }) => createLookedAt(() => lookUp(file, credential, id));
}

/** A key is found only for the origin it was added at: what was resolved may be older than the file (law 12). */
function lookUp(file: CredentialsFile, credential: Credential, id: string): Finding {
  const { keys, problem } = file.current();
  const lookedIn = [`key ${id} in ${file.path}`];
  const key = keys.find((stored) => stored.id === id && stored.origin === credential.origin);
  if (key !== undefined) return { state: 'found', value: key.secret, at: `credentials.json ${key.label}` };
  if (problem !== undefined) return { state: 'failed', lookedIn, detail: problem };
  return { state: 'unset', lookedIn };
}
