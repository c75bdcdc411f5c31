/**
 * Finds stored keys and logins that no request can use, so that a person sees them and can remove
 * them. Pure.
 */

import type {
  CredentialsContent,
  StoredKey,
  StoredLogin,
} from '../config/files/credentials-file.ts';
import type { ResolvedConfig } from '../config/resolved/resolved.ts';
import { fingerprintOf } from '../config/secrets/fingerprint.ts';
import { shellLine } from '../host/shell-line.ts';

/** One entry of `credentials.json` that is in no pool. */
export interface UnusedKey {
  /** Use it with `auth remove` or `auth logout`. */
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly source: 'stored' | 'oauth';
  readonly origin: string;
  /** A login has none, since its token changes. */
  readonly fingerprint?: string | undefined;
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
  const unused = [
    ...keys
      .filter(({ id }) => !used.has(`stored ${id}`))
      .map((key) => toUnused(config, key, 'stored')),
    ...logins
      .filter(({ id }) => !used.has(`oauth ${id}`))
      .map((key) => toUnused(config, key, 'oauth')),
  ];
  return name === undefined ? unused : unused.filter((key) => isUnusedCalled(key, name));
}

function toUnused(
  { providers }: Pick<ResolvedConfig, 'providers'>,
  key: StoredKey | StoredLogin,
  source: UnusedKey['source'],
): UnusedKey {
  const { provider, label, origin } = key;
  const id = `${provider}:${source}:${key.id}`;
  const secret = 'secret' in key && typeof key.secret === 'string' ? key.secret : undefined;
  return {
    id,
    provider,
    label,
    source,
    origin,
    fingerprint:
      secret === undefined || source === 'oauth' ? undefined : fingerprintOf(origin, secret),
    because: explainUnused(providers.get(provider), { id, provider, source, origin }),
  };
}

function explainUnused(
  configured: { readonly ignoredSources?: readonly string[] | undefined } | undefined,
  { id, provider, source, origin }: Pick<UnusedKey, 'id' | 'provider' | 'source' | 'origin'>,
): string {
  if (configured === undefined)
    return `your configuration does not name ${provider}: main, fallback_chain or a task would`;
  if (configured.ignoredSources?.includes('stored'))
    return `providers.${provider}.ignore_sources names stored`;
  const way =
    source === 'stored'
      ? shellLine`holdfast auth test ${id} --accept-origin`
      : shellLine`holdfast auth login ${provider}`;
  return `it belongs to ${origin}, where ${provider} is not asked now: ${way}`;
}

function isUnusedCalled({ id, provider, label }: UnusedKey, name: string): boolean {
  return [id, provider, label, id.split(':').at(-1)].includes(name);
}
