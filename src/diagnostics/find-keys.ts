/**
 * Finds keys by what a person types: a provider, an id, or a label. An ambiguous name is an error.
 * Pure.
 */

import { askWhetherMeant } from '../config/schema/nearest.ts';
import type { StoredKeyView } from '../credentials/stored/stored-keys.ts';
import { CredentialError, RequestError } from '../errors.ts';
import type { PoolReport } from './key-report.ts';
import type { UnusedKey } from './unused-keys.ts';

/**
 * Returns the pools that a name means; for a single key, its pool with only that key. Throws
 * `RequestError` if there is none, or if several keys have the label.
 */
export function selectPools(
  pools: readonly PoolReport[],
  name: string,
  unused: readonly UnusedKey[],
): readonly PoolReport[] {
  const named = pools.filter((pool) => pool.name === name);
  if (named.length > 0) return named;
  const byId = pickKeys(pools, ({ id }) => id === name);
  if (byId.length > 0) return byId;
  const byLabel = pickKeys(pools, ({ label }) => label === name);
  const ids = [...new Set(byLabel.flatMap(({ keys }) => keys.map(({ id }) => id)))];
  if (ids.length > 1)
    throw noSuchKey(`${name} is the label of several keys`, `name one of ${ids.join(', ')}`);
  if (byLabel.length > 0) return byLabel;
  const [kept] = unused;
  if (kept !== undefined)
    throw noSuchKey(`no request uses ${kept.id} (${kept.label})`, kept.because);
  const names = pools.flatMap((pool) => [
    pool.name,
    ...pool.keys.flatMap(({ id, label }) => [id, label]),
  ]);
  const fix = askWhetherMeant(name, names) ?? '`holdfast auth list` shows them all';
  throw noSuchKey(`no provider and no key is called ${name}`, fix);
}

/** Accepts the id from a list, the short id of the file, or the label. Throws `CredentialError`. */
export function selectStoredKey(stored: readonly StoredKeyView[], name: string): StoredKeyView {
  const byId = stored.find(({ id, credentialId }) => id === name || credentialId === name);
  if (byId !== undefined) return byId;
  const labelled = stored.filter(({ label }) => label === name);
  const [only] = labelled;
  if (only !== undefined && labelled.length === 1) return only;
  if (only !== undefined) {
    throw new CredentialError('credential-unknown', `${name} is the label of several stored keys`, {
      fix: `name one of ${labelled.map(({ credentialId }) => credentialId).join(', ')}`,
    });
  }
  const names = stored.flatMap(({ id, credentialId, label }) => [credentialId, id, label]);
  const where = '`holdfast auth list` shows every id; only keys from `auth add` are stored';
  throw new CredentialError('credential-unknown', `no stored key has the id or label ${name}`, {
    fix: askWhetherMeant(name, names) ?? where,
  });
}

function pickKeys(
  pools: readonly PoolReport[],
  isMeant: (row: PoolReport['keys'][number]) => boolean,
): readonly PoolReport[] {
  return pools.flatMap((pool) => {
    const keys = pool.keys.filter(isMeant);
    return keys.length === 0 ? [] : [{ ...pool, keys }];
  });
}

function noSuchKey(message: string, fix: string): RequestError {
  return new RequestError('request-invalid', message, { status: 404, fix });
}
