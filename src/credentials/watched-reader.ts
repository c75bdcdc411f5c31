/** The reader of secrets together with the watch over what it reads: built once, by the composition root. */

import { listKeyVariables } from './key-variables.ts';
import { KeyWatch, type KeyWatchParts } from './key-watch.ts';
import { createSecretReader, type SecretReader } from './read-secret.ts';
import type { SourceParts } from './sources/sources.ts';
import type { KeyFiles } from './warnings/exposed.ts';

export interface WatchedReaderParts
  extends Omit<SourceParts, 'keyVariables'>,
    Pick<KeyWatchParts, 'catalogue' | 'config' | 'onEvent'> {
  readonly gatewayKeyFile: string;
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
    isInDotenv: (variable) => dotenv.current().variables.get(variable) !== undefined,
    credentials: credentialsFile.path,
    gateway: gatewayKeyFile,
  };
}
