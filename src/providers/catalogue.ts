/** Finds provider entries by name, model id, or the form of a key. Pure. */

import type { ModelEntry, ProviderEntry } from './entry.ts';
import { fitsGlob } from './glob.ts';
import { isAddressOf } from './parts.ts';
import { keyPrefixesOf, ownOriginsOf } from './sites.ts';

/** The entries in their order: the built-in ones, or a test's own. */
export interface Catalogue {
  /** Their order is that of zero-config mode. */
  readonly entries: readonly ProviderEntry[];
  readonly names: readonly string[];
  get(name: string): ProviderEntry | undefined;
  /**
   * Finds the model with exactly this id, else with an equal alias, else with the longest alias
   * pattern that matches.
   */
  findModel(provider: string, modelId: string): ModelEntry | undefined;
  /**
   * Returns the vendor that owns the origin of this address. Where two share one, the base URL
   * decides. Undefined if nobody does.
   */
  vendorAt(baseUrl: string): string | undefined;
  /**
   * Returns entries whose keys begin as this secret does; only the longest matching prefix counts.
   */
  providersOfKeyPrefix(secret: string): readonly ProviderEntry[];
}

/** Throws a `TypeError` if two entries share a name. */
export function createCatalogue(entries: readonly ProviderEntry[]): Catalogue {
  const byName = new Map<string, ProviderEntry>();
  for (const entry of entries) {
    if (byName.has(entry.name)) throw new TypeError(`two provider entries are named ${entry.name}`);
    byName.set(entry.name, entry);
  }
  const vendors = new Map(
    entries.flatMap((entry) => ownOriginsOf(entry).map((origin) => [origin, entry.name])),
  );
  return {
    entries,
    names: entries.map((entry) => entry.name),
    get: (name) => byName.get(name),
    findModel: (provider, modelId) => findModelEntry(byName.get(provider)?.models ?? [], modelId),
    vendorAt: (baseUrl) =>
      vendors.get(new URL(baseUrl).origin) ??
      entries.find((entry) => isAddressOf(entry, baseUrl, 'base-url'))?.name ??
      entries.find((entry) => isAddressOf(entry, baseUrl, 'origin'))?.name,
    providersOfKeyPrefix: (secret) => providersOfKeyPrefix(entries, secret),
  };
}

function findModelEntry(models: readonly ModelEntry[], modelId: string): ModelEntry | undefined {
  const exact =
    models.find((model) => model.id === modelId) ??
    models.find((model) => model.aliases?.includes(modelId));
  if (exact !== undefined) return exact;
  const fitting = models.flatMap((model) =>
    (model.aliases ?? [])
      .filter((alias) => fitsGlob(alias, modelId))
      .map((alias) => ({ model, length: alias.length })),
  );
  return longest(fitting)[0]?.model;
}

function providersOfKeyPrefix(
  entries: readonly ProviderEntry[],
  secret: string,
): readonly ProviderEntry[] {
  const fitting = entries.flatMap((entry) =>
    keyPrefixesOf(entry)
      .filter((prefix) => secret.startsWith(prefix))
      .map((prefix) => ({ entry, length: prefix.length })),
  );
  return [...new Set(longest(fitting).map(({ entry }) => entry))];
}

function longest<T extends { readonly length: number }>(candidates: readonly T[]): readonly T[] {
  const most = Math.max(...candidates.map(({ length }) => length));
  return candidates.filter(({ length }) => length === most);
}
