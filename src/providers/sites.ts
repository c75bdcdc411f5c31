/**
 * Where a vendor is: its main site and those that `base_url` chooses, with what is known of each.
 * Pure.
 */

import type { AlternativeOrigin, BaseUrlVariable, Origins, ProviderEntry } from './entry.ts';

type Site = Pick<AlternativeOrigin, 'origins' | 'keyPrefixes' | 'keyVariables'>;

/** The main site first: an entry says of it what an alternative says of another. */
export function sitesOf(entry: ProviderEntry): readonly Site[] {
  return [entry, ...(entry.alternativeOrigins ?? [])];
}

/**
 * The origins that are the vendor's own. Where software runs is its user's; its maker may have a
 * service besides.
 */
export function ownOriginsOf(entry: ProviderEntry): readonly string[] {
  const own = entry.isSoftware === true ? (entry.alternativeOrigins ?? []) : sitesOf(entry);
  return [
    ...new Set(
      own.flatMap(({ origins }) =>
        Object.values(origins).map((baseUrl) => new URL(baseUrl).origin),
      ),
    ),
  ];
}

/** Whether the entry is a vendor's, with a service of its own. */
export function hasOwnAddress(entry: ProviderEntry): boolean {
  return entry.isSoftware !== true && ownOriginsOf(entry).length > 0;
}

/** How keys of this vendor begin, at any of its sites. */
export function keyPrefixesOf(entry: ProviderEntry): readonly string[] {
  return sitesOf(entry).flatMap(({ keyPrefixes = [] }) => keyPrefixes);
}

/** The variables that hold a key of this vendor, at any of its sites. */
export function keyVariablesOf(entry: ProviderEntry): readonly string[] {
  return sitesOf(entry).flatMap(({ keyVariables = [] }) => keyVariables);
}

/** The key variable whose key goes only where this variable says. */
export function keyVariableOf({ variable }: BaseUrlVariable): string {
  return variable.replace(/_BASE_URL$/, '_API_KEY');
}

/** Whether the vendor itself is asked there: a server of one's own in its place is another. */
export function isVendors(entry: ProviderEntry, origin: string): boolean {
  return sitesOf(entry).some(({ origins }) => hasOrigin(origins, origin));
}

/** Whether one of these base URLs is at this origin. */
export function hasOrigin(origins: Origins, origin: string): boolean {
  return Object.values(origins).some((baseUrl) => new URL(baseUrl).origin === origin);
}
