/**
 * Maps a credential's locator to the source that reads it. A new source is one file here and one
 * case.
 */

import type { CredentialsFile } from '../../config/files/credentials-file.ts';
import type { Dotenv } from '../../config/files/dotenv.ts';
import { assertNever } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Credential } from '../../model/credential.ts';
import type { Logins } from '../oauth/logins.ts';
import type { Redactor } from '../redact/redact.ts';
import { withoutSecrets } from './child-environment.ts';
import { createCommandSource } from './command.ts';
import { createFileSource } from './file.ts';
import { createFileValueSource } from './file-value.ts';
import { createKeychainSource } from './keychain.ts';
import { createOAuthSource } from './oauth.ts';
import {
  createLookedAt,
  type Finding,
  formatLocation,
  type LocatorOf,
  type Source,
} from './source.ts';
import { createVariableSource } from './variable.ts';

export interface SourceParts {
  readonly host: Host;
  readonly dotenv: Dotenv;
  readonly credentialsFile: CredentialsFile;
  readonly logins: Logins;
  readonly redactor: Redactor;
  /**
   * Variables that hold a key, according to the current catalogue and config; no program inherits
   * them.
   */
  readonly keyVariables: () => ReadonlySet<string>;
}

/** Returns a function that opens the source of a credential, with what sources share. */
export function createSources(parts: SourceParts): (credential: Credential) => Source {
  const { host, dotenv, credentialsFile, redactor } = parts;
  const mentions = (text: string): boolean => redactor.mentions(text);
  const variable = createVariableSource(host, dotenv, parts.keyVariables);
  const file = createFileSource(host);
  const fileValue = createFileValueSource(host);
  const command = createCommandSource({
    host,
    environment: () =>
      withoutSecrets(host.environment.all(), { variables: parts.keyVariables(), mentions }),
    redact: (text) => redactor.redact(text),
  });
  const keychain = createKeychainSource(host);
  const oauth = createOAuthSource(parts.logins);
  return (credential) => {
    const { locator } = credential;
    switch (locator.kind) {
      case 'literal':
        return openLiteral(credential, locator);
      case 'variable':
        return variable(credential, locator);
      case 'file':
        return locator.pointer === undefined
          ? file(credential, locator)
          : fileValue(credential, { path: locator.path, pointer: locator.pointer });
      case 'command':
        return command(credential, locator);
      case 'keychain':
        return keychain(credential, locator);
      case 'stored':
        return createLookedAt(() => lookUpStored(credentialsFile, credential, locator));
      case 'oauth':
        return oauth(credential, locator);
      case 'caller':
        return createLookedAt(() => broughtByCallers);
      default:
        return assertNever(locator);
    }
  };
}

/** A login is in its request alone: there is nothing to look at here. */
const broughtByCallers: Finding = {
  state: 'failed',
  lookedIn: ['the requests of callers'],
  detail: 'the request brings no login of its own',
};

function openLiteral({ location }: Credential, { value }: LocatorOf<'literal'>): Source {
  const heldAt = location && formatLocation(location);
  const finding: Finding = { state: 'found', value, at: { foundAt: heldAt ?? 'config', heldAt } };
  return { ...createLookedAt(() => finding), fixed: finding };
}

/**
 * Looks up a key that `auth add` stored, for its own origin only: the config may have been resolved
 * before the file changed (law 12).
 */
function lookUpStored(
  file: CredentialsFile,
  { origin }: Credential,
  { id, addedFor = origin }: LocatorOf<'stored'>,
): Finding {
  const { keys, problem } = file.current();
  const lookedIn = [`key ${id} in ${file.path}`];
  const key = keys.find((stored) => stored.id === id && stored.origin === addedFor);
  if (key !== undefined) {
    const heldAt = `credentials.json ${key.label}`;
    return { state: 'found', value: key.secret, at: { foundAt: heldAt, heldAt } };
  }
  return problem === undefined
    ? { state: 'unset', lookedIn }
    : { state: 'failed', lookedIn, detail: problem };
}
