/** The vendor's pages for the address of a target, whatever its provider is called. */

import { catalogue } from './builtin.ts';
import type { ProviderEntry, ProviderLinks } from './entry.ts';
import { isVendors, linksAt } from './sites.ts';

/** `entry` is that of the provider's name; a region or a resource may be part of its address. */
export function pagesAt(entry: ProviderEntry | undefined, origin: string): Partial<ProviderLinks> {
  const isOwn = entry !== undefined && isVendors(entry, origin);
  return linksAt(isOwn ? entry : catalogue.get(catalogue.vendorAt(origin) ?? ''), origin);
}
