/**
 * Lists a vendor's sites: the main one and those that `base_url` chooses, with the facts about
 * each. Pure.
 */

import type {
  AlternativeOrigin,
  BaseUrlVariable,
  Origins,
  ProviderEntry,
  ProviderLinks,
} from './entry.ts';

type Site = Pick<AlternativeOrigin, 'origins' | 'keyPrefixes' | 'keyVariables' | 'links'>;

/** Returns the main site first, in the same form as the alternatives. */
export function sitesOf(entry: ProviderEntry): readonly Site[] {
  return [entry, ...(entry.alternativeOrigins ?? [])];
}

/**
 * Returns the origins that belong to the vendor. Software runs at its user's address, but its maker
 * may also have a service.
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

/** True when the vendor has a service of its own. */
export function hasOwnAddress(entry: ProviderEntry): boolean {
  return entry.isSoftware !== true && ownOriginsOf(entry).length > 0;
}

/** Returns prefixes of the vendor's keys, at any of its sites. */
export function keyPrefixesOf(entry: ProviderEntry): readonly string[] {
  return sitesOf(entry).flatMap(({ keyPrefixes = [] }) => keyPrefixes);
}

/** Returns the variables that hold a key of this vendor, at any of its sites. */
export function keyVariablesOf(entry: ProviderEntry): readonly string[] {
  return sitesOf(entry).flatMap(({ keyVariables = [] }) => keyVariables);
}

/** Returns the key variable whose key is sent only to this variable's address. */
export function keyVariableOf({ variable }: BaseUrlVariable): string {
  return variable.replace(/_BASE_URL$/, '_API_KEY');
}

/** True when the vendor itself is at this origin, not a local server in its place. */
export function isVendors(entry: ProviderEntry, origin: string): boolean {
  return sitesOf(entry).some(({ origins }) => hasOrigin(origins, origin));
}

/**
 * Returns the vendor's pages for the site that is asked; none if that is no server of the vendor. A
 * site with keys of its own has a console of its own: that of another site never stands for it.
 */
export function linksAt(entry: ProviderEntry | undefined, origin: string): Partial<ProviderLinks> {
  if (entry === undefined || !isVendors(entry, origin)) return {};
  if (hasOrigin(entry.origins, origin)) return entry.links;
  const there = (entry.alternativeOrigins ?? []).filter((one) => hasOrigin(one.origins, origin));
  const { keys, ...others } = entry.links;
  const isApart = there.some((one) => one.hasOwnKeys === true || one.keyVariables !== undefined);
  const own = there.find(({ links }) => links !== undefined)?.links;
  return { ...others, ...(keys !== undefined && !isApart && { keys }), ...own };
}

export function hasOrigin(origins: Origins, origin: string): boolean {
  return Object.values(origins).some((baseUrl) => new URL(baseUrl).origin === origin);
}

/** True if the vendor itself has these protocols at more than one host. */
export function hasSeveralHosts(origins: Origins): boolean {
  return new Set(Object.values(origins).map((baseUrl) => new URL(baseUrl).origin)).size > 1;
}

/** True if one site of the vendor has both: a key for one is a key for the other. */
export function isOneSite(entry: ProviderEntry, one: string, other: string): boolean {
  return sitesOf(entry).some(({ origins }) => hasOrigin(origins, one) && hasOrigin(origins, other));
}
