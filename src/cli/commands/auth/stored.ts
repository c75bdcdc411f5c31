/** `holdfast auth remove`, `rename` and `move`: what can be done to keys that were handed to us. */

import { resolvePaths } from '../../../config/files/paths.ts';
import {
  createStoredKeys,
  type StoredKeys,
  type StoredKeyView,
} from '../../../credentials/stored/stored-keys.ts';
import { selectStoredKey } from '../../../diagnostics/find-keys.ts';
import { AccessError } from '../../../errors.ts';
import { createNodeHost } from '../../../host/node-host.ts';
import { printJson, type Terminal } from '../../terminal.ts';

export interface StoredOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function authRemove(terminal: Terminal, id: string, options: StoredOptions): Promise<number> {
  return change(terminal, id, {
    ...options,
    verb: () => 'removed',
    work: (keys, key) => keys.remove(key.id),
  });
}

export function authRename(
  terminal: Terminal,
  { id, label }: { readonly id: string; readonly label: string },
  options: StoredOptions,
): Promise<number> {
  return change(terminal, id, {
    ...options,
    verb: () => `renamed to ${label}`,
    work: (keys, key) => keys.rename(key.id, label),
  });
}

/** `place` counts from 1, as `auth list` does among the stored keys of the provider. */
export function authMove(
  terminal: Terminal,
  { id, place }: { readonly id: string; readonly place: string },
  options: StoredOptions,
): Promise<number> {
  const wanted = Number(place);
  if (!/^\d+$/.test(place) || wanted < 1) {
    throw new AccessError('request-invalid', `${place} is no place`, {
      howToFix:
        'count from 1: holdfast auth move ID 1 puts the key first among the stored keys of its provider',
    });
  }
  return change(terminal, id, {
    ...options,
    verb: (keys, { provider }) => `moved to place ${Math.min(wanted, countOf(keys, provider))}`,
    work: (keys, key) => keys.move(key.id, wanted - 1),
  });
}

function countOf(keys: StoredKeys, provider: string): number {
  return keys.list().filter((key) => key.provider === provider).length;
}

interface Change extends StoredOptions {
  /** What will have happened, for people. */
  readonly verb: (keys: StoredKeys, key: StoredKeyView) => string;
  readonly work: (keys: StoredKeys, key: StoredKeyView) => Promise<StoredKeyView>;
}

/** Needs no usable configuration: a key can be removed from under a broken one. */
async function change(terminal: Terminal, id: string, options: Change): Promise<number> {
  const host = createNodeHost();
  try {
    const keys = createStoredKeys({ host, path: resolvePaths(host.environment).credentialsFile });
    const found = selectStoredKey(keys.list(), id);
    const verb = options.verb(keys, found);
    const key = options.dryRun === true ? found : await options.work(keys, found);
    if (options.json === true) {
      printJson(terminal, 'holdfast.auth-change/1', { key, dryRun: options.dryRun === true });
      return 0;
    }
    const would = options.dryRun === true ? 'dry run, it would be ' : '';
    terminal.out(`${found.credentialId} (${found.label}, ${found.fingerprint}): ${would}${verb}\n`);
    return 0;
  } finally {
    await host.close();
  }
}
