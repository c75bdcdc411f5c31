/**
 * What looks wrong about a secret at first sight, though it is one word. It is used all the same: vendors may change what
 * their keys look like. Told as a warning, without the secret. Pure.
 */

import type { Credential } from '../../model/credential.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import { isVendors, keyPrefixesOf } from '../../providers/sites.ts';

export type Oddity =
  /** Begins or ends with a quotation mark. */
  | { readonly kind: 'quoted' }
  /** `NAME=value` instead of the value alone. */
  | { readonly kind: 'assignment' }
  /** Two keys in one: pasted twice, or one behind the other. */
  | { readonly kind: 'concatenated' }
  /** Begins as the keys of other vendors do. */
  | { readonly kind: 'of-other-provider'; readonly providers: readonly string[] };

/** Everything that is odd about a secret, where it is meant for. */
export function findOddities(
  secret: string,
  credential: Pick<Credential, 'provider' | 'origin'>,
  catalogue: Catalogue,
): readonly Oddity[] {
  const oddities: Oddity[] = [];
  if (/^["'`]|["'`]$/.test(secret)) oddities.push({ kind: 'quoted' });
  if (/^[A-Z][A-Z0-9_]*=[^=]/.test(secret)) oddities.push({ kind: 'assignment' });
  if (isConcatenated(secret, catalogue)) oddities.push({ kind: 'concatenated' });
  const providers = findOtherProviders(secret, credential, catalogue);
  if (providers.length > 0) oddities.push({ kind: 'of-other-provider', providers });
  return oddities;
}

/** A shorter beginning stands in the middle of many a good key by chance. */
const tellingPrefix = 5;
/** No vendor's key is shorter. */
const shortestKey = 16;

function isConcatenated(secret: string, catalogue: Catalogue): boolean {
  if (/[,;]/.test(secret)) return true;
  const half = secret.length / 2;
  if (half >= shortestKey && secret.slice(0, half) === secret.slice(half)) return true;
  if (half >= shortestKey && /^sk-.+/.test(secret) && secret.startsWith('sk-', half)) return true;
  return catalogue.entries
    .flatMap(keyPrefixesOf)
    .filter((prefix) => prefix.length >= tellingPrefix)
    .some((prefix) => secret.includes(prefix, shortestKey));
}

/** Other vendors whose keys look like this one. Asked only at the vendor's own sites: another server may have keys of any form. */
function findOtherProviders(
  secret: string,
  { provider, origin }: Pick<Credential, 'provider' | 'origin'>,
  catalogue: Catalogue,
): readonly string[] {
  const own = catalogue.get(provider);
  if (own === undefined || !isVendors(own, origin)) return [];
  const fitting = catalogue.providersOfKeyPrefix(secret);
  return fitting.includes(own) ? [] : fitting.map(({ name }) => name);
}
