/**
 * Parts of an entry's addresses that its user names, as `{resource}` in
 * `https://{resource}.openai.azure.com`: filled in, or read from a whole address. Pure.
 */

import type { Origins, PartName, ProviderEntry } from './entry.ts';
import { sitesOf } from './sites.ts';

export const partNames: readonly PartName[] = ['resource', 'region'];

export type PartValues = Readonly<Partial<Record<PartName, string | undefined>>>;

/** One label of a host's name, so that a part can never name another host. */
export function isPart(value: string): boolean {
  return /^[a-z0-9-]{1,63}$/.test(value);
}

/** A part without a value stays as it is written in the entry. */
export function fillParts(entry: ProviderEntry, values: PartValues): ProviderEntry {
  const { origins, alternativeOrigins = [] } = entry;
  return {
    ...entry,
    origins: fillOrigins(origins, values),
    alternativeOrigins: alternativeOrigins.map((site) => ({
      ...site,
      origins: fillOrigins(site.origins, values),
    })),
  };
}

function fillOrigins(origins: Origins, { resource, region }: PartValues): Origins {
  const filled = Object.entries(origins).map(([protocol, baseUrl]) => [
    protocol,
    baseUrl
      .replace('{resource}', resource ?? '{resource}')
      .replace('{region}', region ?? '{region}'),
  ]);
  return Object.fromEntries(filled);
}

/** Returns the first part of this address that still has no value. */
export function findUnfilled(baseUrl: string): PartName | undefined {
  return partNames.find((name) => baseUrl.includes(`{${name}}`));
}

/** Returns what this base URL names, if it is one of the entry's addresses. */
export function partsIn(entry: ProviderEntry, baseUrl: string): PartValues {
  const found = templatesOf(entry).map((template) => readPart(template, baseUrl));
  return Object.assign({}, ...found);
}

/** True if the entry has this base URL, whatever its parts are; or only its origin. */
export function isAddressOf(
  entry: ProviderEntry,
  baseUrl: string,
  by: 'base-url' | 'origin',
): boolean {
  const shorten = (url: string): string => (by === 'origin' ? new URL(url).origin : url);
  return templatesOf(entry).some(
    (template) => readPart(shorten(template), shorten(baseUrl)) !== undefined,
  );
}

function templatesOf(entry: ProviderEntry): readonly string[] {
  if (entry.parts === undefined) return [];
  return sitesOf(entry).flatMap(({ origins }) => Object.values(origins));
}

/** An address has one part at most. */
function readPart(template: string, baseUrl: string): PartValues | undefined {
  const name = findUnfilled(template);
  if (name === undefined) return undefined;
  const [before = '', after = ''] = template.split(`{${name}}`);
  const value = baseUrl.slice(before.length, baseUrl.length - after.length);
  return isPart(value) && baseUrl === `${before}${value}${after}` ? { [name]: value } : undefined;
}
