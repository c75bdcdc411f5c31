/** The source of a key that was handed to `auth add`: its entry in `credentials.json`. */

import type { CredentialsFile } from '../../config/files/credentials-file.ts';
import type { Credential } from '../../model/credential.ts';
import { createLookedAt, type Finding, type LocatorOf, type Source } from './source.ts';

export function createStoredSource(
  file: CredentialsFile,
): (credential: Credential, locator: LocatorOf<'stored'>) => Source {
  return (credential, { id }) => createLookedAt(() => lookUp(file, credential, id));
}

/** Finds the key, for its own origin only: the config may have been resolved before the file changed (law 12). */
function lookUp(file: CredentialsFile, credential: Credential, id: string): Finding {
  const { keys, problem } = file.current();
  const lookedIn = [`key ${id} in ${file.path}`];
  const key = keys.find((stored) => stored.id === id && stored.origin === credential.origin);
  if (key !== undefined) return { state: 'found', value: key.secret, at: `credentials.json ${key.label}` };
  if (problem !== undefined) return { state: 'failed', lookedIn, detail: problem };
  return { state: 'unset', lookedIn };
}
