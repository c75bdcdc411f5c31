/**
 * A key that is refused, or has no money, at a vendor with several sites: says which others there
 * are. Pure.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import { protocolNames } from '../../model/protocol.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { hasOrigin, isVendors, sitesOf } from '../../providers/sites.ts';

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

/**
 * A plan and pay-as-you-go may share a host and have an address each, whose money is apart.
 * Undefined if the address is that of the plan, or the vendor has no other one of the same protocol
 * there.
 */
export function fixOtherPlan(provider: string, baseUrl: string): Fix | undefined {
  const { origin } = new URL(baseUrl);
  const entry = builtinEntries.find((one) => isVendors(one, origin));
  const sites = entry === undefined ? [] : sitesOf(entry);
  const addresses = sites.map(({ origins }) => origins);
  // a site without keys of its own shares those of pay-as-you-go: it is that of a plan
  const paid = sites
    .filter((site) => site === entry || hasKeys(site))
    .map(({ origins }) => origins);
  const protocol = paid
    .flatMap((origins) => protocolNames.filter((name) => origins[name] === baseUrl))
    .at(0);
  const other = addresses
    .flatMap((origins) => (protocol && origins[protocol]) ?? [])
    .find((url) => url !== baseUrl && new URL(url).origin === origin);
  if (other === undefined) return undefined;
  const key = formatKeyPath(['providers', provider, 'base_url']);
  return {
    text: 'pay; or, if the key is of a plan that has its own address, ask there',
    command: shellLine`holdfast config set ${key} ${other} && holdfast auth reset ${provider}`,
  };
}

function hasKeys(site: ReturnType<typeof sitesOf>[number]): boolean {
  return 'hasOwnKeys' in site && site.hasOwnKeys === true;
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
