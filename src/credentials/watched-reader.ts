/** The reader of secrets together with the watch over what it reads: built once, by the composition root. */

import type { CredentialsFile } from '../config/files/credentials-file.ts';
import type { Dotenv } from '../config/files/dotenv.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import type { Host } from '../host.ts';
import type { EventListener } from '../model/events.ts';
import type { Catalogue } from '../providers/catalogue.ts';
import { listKeyVariables } from './key-variables.ts';
import { KeyWatch } from './key-watch.ts';
import type { Logins } from './oauth/logins.ts';
import { createSecretReader, type SecretReader } from './read-secret.ts';
import type { Redactor } from './redact.ts';
import type { KeyFiles } from './warnings/exposed.ts';

export interface WatchedReaderParts {
  readonly host: Host;
  readonly catalogue: Catalogue;
  readonly config: () => ResolvedConfig;
  readonly dotenv: Dotenv;
  readonly credentialsFile: CredentialsFile;
  readonly gatewayKeyFile: string;
  readonly logins: Logins;
  readonly redactor: Redactor;
  /** Hears of every warning, once per change. */
  readonly onEvent: EventListener;
}

export function createWatchedReader(parts: WatchedReaderParts): {
  readonly reader: SecretReader;
  readonly watch: KeyWatch;
} {
  const { host, catalogue, config, onEvent } = parts;
  const reader = createSecretReader({
    ...parts,
    keyVariables: () => listKeyVariables(catalogue, config()),
    onNewSecret: (credential, secret, fingerprint) => watch.noteSecret(credential, secret, fingerprint),
  });
  const watch = new KeyWatch({
    clock: host.clock,
    files: host.files,
    catalogue,
    config,
    keyFiles: () => listKeyFiles(parts),
    peek: reader.peek,
    onEvent,
  });
  return { reader, watch };
}

function listKeyFiles({ config, dotenv, credentialsFile, gatewayKeyFile }: WatchedReaderParts): KeyFiles {
  const { origin } = config();
  return {
    config: origin.kind === 'file' ? origin.path : undefined,
    dotenv: dotenv.path,
    isInDotenv: (variable) => dotenv.lookup(variable) !== undefined,
    credentials: credentialsFile.path,
    gateway: gatewayKeyFile,
  };
}
