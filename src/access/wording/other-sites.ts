/**
 * A refused key at a vendor with several sites, each with its own keys: says which others there
 * are. Pure.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { hasOrigin, isVendors } from '../../providers/sites.ts';

/** Undefined if no vendor is asked, or one with one site, or one kind of keys. */
export function fixOtherSite(provider: string, baseUrl: string): Fix | undefined {
  const { origin, hostname } = new URL(baseUrl);
  const entry = builtinEntries.find((one) => isVendors(one, origin));
  const others = entry === undefined ? [] : listOthers(entry, origin);
  const [first] = others;
  if (first === undefined) return undefined;
  const key = formatKeyPath(['providers', provider, 'base_url']);
  const named = others.map(({ name, url }) => `${name}: ${url}`).join(', ');
  return {
    text: `a key works only at the site that it was made at: give it one of ${hostname}, or ask the other site (${named})`,
    command: shellLine`holdfast config set ${key} ${first.url}`,
  };
}

function listOthers(
  { name: main, origins: mainOrigins, alternativeOrigins = [] }: ProviderEntry,
  origin: string,
): readonly { readonly name: string; readonly url: string }[] {
  const apart = alternativeOrigins.filter(({ hasOwnKeys }) => hasOwnKeys === true);
  const sites = apart.length === 0 ? [] : [...apart, { name: main, origins: mainOrigins }];
  // another address of the vendor takes the keys of the main one
  const isMain = !apart.some(({ origins }) => hasOrigin(origins, origin));
  return sites
    .filter(({ name, origins }) => !(hasOrigin(origins, origin) || (isMain && name === main)))
    .flatMap(({ name, origins }) => {
      const url = origins['openai-chat'] ?? Object.values(origins)[0];
      return url === undefined ? [] : [{ name, url }];
    });
}
