/** From everything found in a Hermes folder to settings of ours: references only, and remarks about what does not fit. */

import type { ProviderSettings, TaskSettings } from '../../config/schema/schema.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import { isLocal } from './endpoint.ts';
import type { ImportedKey } from './keys.ts';
import { noteLeftBehind } from './left-behind.ts';
import { type ImportedProvider, type KnownAddresses, ProviderBook } from './provider-book.ts';
import type { HermesFound } from './read-files.ts';
import { type Remark, Remarks } from './remarks.ts';
import { type ImportedTarget, readFallbacks, readMain, type Translation } from './targets.ts';
import { readTasks } from './tasks.ts';

/** What will be written: a part of our configuration. */
export interface ImportedSettings {
  /** Absent when nothing tells it. */
  readonly main?: ImportedTarget;
  readonly fallback_chain: readonly ImportedTarget[];
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  readonly auxiliary: Readonly<Record<string, TaskSettings>>;
}

export interface Translated {
  readonly settings: ImportedSettings;
  readonly providers: readonly ImportedProvider[];
  readonly remarks: readonly Remark[];
}

/** Translates what was found; `existing` are the providers of our own config, which keep their addresses. */
export function translate(found: HermesFound, catalogue: Catalogue, existing: KnownAddresses): Translated {
  const remarks = new Remarks();
  for (const remark of found.remarks) remarks.add(remark);
  const book = new ProviderBook({ found, catalogue, remarks }, existing);
  const translation: Translation = { found, book, remarks };
  const main = readMain(translation);
  const chain = readFallbacks(translation).filter((target) => !isEqual(target, main));
  const auxiliary = readTasks(translation, main);
  const providers = book.all();
  noteLeftBehind({ found, remarks }, providers);
  return {
    settings: {
      ...(main === undefined ? {} : { main }),
      fallback_chain: chain,
      providers: Object.fromEntries(
        providers
          .map((provider) => [provider.name, toSettings(found, provider)] as const)
          .filter(([, settings]) => Object.keys(settings).length > 0),
      ),
      auxiliary,
    },
    providers,
    remarks: remarks.all,
  };
}

function isEqual(target: ImportedTarget, other: ImportedTarget | undefined): boolean {
  return target.provider === other?.provider && target.model === other.model;
}

/** Only what our catalogue does not say by itself. */
function toSettings(found: HermesFound, provider: ImportedProvider): ProviderSettings {
  const { address, keys, models } = provider;
  const credentials = toCredentials(keys);
  const isDescribed = address.entry === undefined;
  return {
    ...(address.isMoved ? { base_url: address.baseUrl } : {}),
    ...(isDescribed || (address.isMoved && address.protocol !== 'openai-chat')
      ? { protocol: address.protocol }
      : {}),
    ...(isOpen(provider) ? { auth: 'none' as const } : {}),
    ...(credentials.length === 0 ? {} : { credentials }),
    ...selectionOf(found, provider, credentials.length),
    ...(Object.keys(models).length === 0 ? {} : { models: { ...models } }),
  };
}

/** A described server in the own network for which there is no key at all. */
function isOpen({ address, keys }: ImportedProvider): boolean {
  return address.entry === undefined && isLocal(address.baseUrl) && keys.length === 0;
}

type CredentialSettings = NonNullable<ProviderSettings['credentials']>[number];

function toCredentials(keys: readonly ImportedKey[]): CredentialSettings[] {
  const used = new Set<string>();
  return keys.map(({ label, reference }) => {
    const same = [...used].filter((name) => name === label || name.startsWith(`${label}-`)).length;
    const free = used.has(label) ? `${label}-${same + 1}` : label;
    used.add(free);
    return { label: free, ...reference };
  });
}

const strategies = {
  fill_first: 'fill-first',
  round_robin: 'round-robin',
  least_used: 'least-used',
  random: 'random',
} as const;

/** How Hermes picks among the keys of one provider; its default is ours. */
function selectionOf(
  { config }: HermesFound,
  { pools }: ImportedProvider,
  keys: number,
): Pick<ProviderSettings, 'selection'> {
  const named = pools
    .map((pool) => config.credential_pool_strategies[pool])
    .find((name) => name !== undefined);
  const known = Object.entries(strategies).find(([name]) => name === named)?.[1];
  return known === undefined || known === 'fill-first' || keys < 2 ? {} : { selection: known };
}
