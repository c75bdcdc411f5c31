/**
 * Finds keys by what a person types: a provider, an id, or a label. An ambiguous name is an error.
 * Also finds stored keys and logins that no request can use. Pure.
 */

import type { CredentialsContent } from '../config/files/credentials-file.ts';
import type { ResolvedConfig, ResolvedProvider } from '../config/resolved/resolved.ts';
import { formatKeyPath } from '../config/schema/key-paths.ts';
import { askWhetherMeant } from '../config/schema/nearest.ts';
import { fingerprintOf } from '../config/secrets/fingerprint.ts';
import type { StoredKeyView } from '../credentials/stored/stored-keys.ts';
import { CredentialError, RequestError } from '../errors.ts';
import { shellLine } from '../host/shell-line.ts';
import type { KeyRow, PoolReport } from './key-report.ts';

/**
 * Returns the pools that a name means; for a single key, its pool with only that key. Throws
 * `RequestError` if there is none, or if several keys have the label.
 */
export function selectPools(
  pools: readonly PoolReport[],
  name: string,
  unused: readonly UnusedKey[],
): readonly PoolReport[] {
  const byLabel = pickKeys(pools, ({ label }) => label === name);
  const named = pools.filter((pool) => pool.name === name);
  const known = [named, pickKeys(pools, ({ id }) => id === name), byLabel];
  const found = known.find(({ length }) => length > 0);
  const ids = [...new Set(byLabel.flatMap(({ keys }) => keys.map(({ id }) => id)))];
  if (found === byLabel && ids.length > 1)
    throw noSuchKey(`${name} is the label of several keys`, `name one of ${ids.join(', ')}`);
  if (found !== undefined) return found;
  const [kept] = unused;
  if (kept !== undefined)
    throw noSuchKey(`no request uses ${kept.id} (${kept.label})`, kept.because);
  const names = pools.flatMap((pool) => [pool.name, ...listKeyNames([pool])]);
  const fix = askWhetherMeant(name, names) ?? '`holdfast auth list` shows them all';
  throw noSuchKey(`no provider and no key is called ${name}`, fix);
}

/** Accepts the id from a list, the short id of the file, or the label. Throws `CredentialError`. */
export function selectStoredKey(stored: readonly StoredKeyView[], name: string): StoredKeyView {
  const byId = stored.find(({ id, credentialId }) => id === name || credentialId === name);
  const labelled = stored.filter(({ label }) => label === name);
  const only = byId ?? (labelled.length === 1 ? labelled[0] : undefined);
  if (only !== undefined) return only;
  const names = stored.flatMap(({ id, credentialId, label }) => [credentialId, id, label]);
  const where = '`holdfast auth list` shows every id; only keys from `auth add` are stored';
  const isSeveral = labelled.length > 0;
  const what = isSeveral
    ? `${name} is the label of several stored keys`
    : `no stored key has the id or label ${name}`;
  const fix = isSeveral
    ? `name one of ${labelled.map(({ credentialId }) => credentialId).join(', ')}`
    : (askWhetherMeant(name, names) ?? where);
  throw new CredentialError('credential-unknown', what, { fix });
}

/** Returns the ids and labels of these keys. */
export function listKeyNames(pools: readonly PoolReport[]): readonly string[] {
  return pools.flatMap(({ keys }) => keys.flatMap(({ id, label }) => [id, label]));
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

/**
 * One entry of `credentials.json` that is in no pool. Its id is for `auth remove` or `auth logout`;
 * a login has no fingerprint, since its token changes.
 */
export interface UnusedKey
  extends Pick<KeyRow, 'id' | 'provider' | 'label' | 'origin' | 'fingerprint'> {
  readonly source: 'stored' | 'oauth';
  /** Why no request uses it, and what would change that. */
  readonly because: string;
}

/** Returns entries in the order of the file; of one provider, id or label if a name is given. */
export function listUnused(
  config: Pick<ResolvedConfig, 'pools' | 'providers'>,
  { keys, logins }: CredentialsContent,
  name?: string,
): readonly UnusedKey[] {
  const used = new Set(
    [...config.pools.values()]
      .flat()
      .flatMap(({ locator }) => ('id' in locator ? [`${locator.kind} ${locator.id}`] : [])),
  );
  const all = [
    ...keys.map((key) => ({ ...key, source: 'stored' as const })),
    ...logins.map((login) => ({ ...login, source: 'oauth' as const, secret: undefined })),
  ];
  return all.flatMap(({ id: short, provider, label, origin, source, secret }) => {
    const facts = { id: `${provider}:${source}:${short}`, provider, label, source, origin };
    if (used.has(`${source} ${short}`)) return [];
    if (![undefined, facts.id, provider, label, short].includes(name)) return [];
    const fingerprint = secret === undefined ? undefined : fingerprintOf(origin, secret);
    return { ...facts, fingerprint, because: explainUnused(config.providers.get(provider), facts) };
  });
}

function explainUnused(
  configured: ResolvedProvider | undefined,
  { id, provider, source, origin }: Pick<UnusedKey, 'id' | 'provider' | 'source' | 'origin'>,
): string {
  if (configured === undefined)
    return `your configuration does not name ${provider}: main, fallback_chain or a task would`;
  if (configured.ignoredSources?.includes('stored'))
    return `providers.${provider}.ignore_sources names stored`;
  const line = formatKeyPath(['providers', provider, 'auth']);
  if (configured.targetFor('').authStyle === 'none')
    return `${line} is none, so no key is sent: ${shellLine`holdfast config unset ${line}`}`;
  const way =
    source === 'stored'
      ? shellLine`holdfast auth test ${id} --accept-origin`
      : shellLine`holdfast auth login ${provider}`;
  return `it belongs to ${origin}, where ${provider} is not asked now: ${way}`;
}
