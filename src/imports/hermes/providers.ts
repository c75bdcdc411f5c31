/** The providers of an import: opened when something names them, each with one address, its keys and its models' facts. */

import { isLocalUrl } from '../../config/resolve/local-url.ts';
import type { ModelSettings, ProviderSettings } from '../../config/schema/schema.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { type KeyPlace, type KeyScene, listRows, readKnownVariable, readNamedKeys, readRow } from './keys.ts';
import { type HermesScene, type Located, locate } from './locate.ts';
import { findNew } from './merge.ts';
import type { Part } from './part.ts';

/** One provider as it will be written. */
export interface ImportedProvider extends Located, KeyScene {
  /** Where its keys are: what their config names, the rows of its pools, the vendor's variables. */
  readonly named: KeyPlace[];
  readonly rows: readonly KeyPlace[];
  readonly known: readonly KeyPlace[];
  readonly models: Map<string, ModelSettings>;
}

/** The providers that something named, each opened once. */
export class ProviderBook {
  readonly #scene: HermesScene;
  readonly #providers = new Map<string, ImportedProvider>();
  /** Places of the blocks whose keys were read. */
  readonly #read = new Set<string>();

  constructor(scene: HermesScene) {
    this.#scene = scene;
  }

  get all(): readonly ImportedProvider[] {
    return [...this.#providers.values()];
  }

  /** The provider that a block names; undefined after a remark that says why there is none. */
  open(block: Part): ImportedProvider | undefined {
    const located = locate(this.#scene, block);
    if (located === undefined) return undefined;
    const id = `${located.names[0]} ${located.baseUrl}`;
    const provider = this.#providers.get(id) ?? this.#begin(located);
    this.#providers.set(id, provider);
    for (const part of [located.described ?? block, block]) {
      if (this.#read.has(part.pointer)) continue;
      this.#read.add(part.pointer);
      provider.named.push(...readNamedKeys(provider, part));
      for (const [model, facts] of part.at('models').entries()) {
        const window = facts.number('context_length') ?? part.number('context_length');
        noteModel(provider, model, { context_window: window });
      }
    }
    return provider;
  }

  #begin(located: Located): ImportedProvider {
    const { found, remarks } = this.#scene;
    const { baseUrl, pools, variables = [] } = located;
    const name = this.#freeName(located);
    // an entry's second address under another name is known by its address alone
    const entry = located.entry?.name === name ? located.entry : undefined;
    const scene: KeyScene = {
      found,
      remarks,
      name,
      origin: new URL(baseUrl).origin,
      isLocal: isLocalUrl(baseUrl),
      isKnownHere: (variable) => entry !== undefined && findsByItself(entry, baseUrl, variable),
    };
    const rows = listRows(found, pools).flatMap((row) => readRow(scene, row));
    const known = variables.flatMap((variable) => readKnownVariable(scene, variable));
    return { ...located, ...scene, entry, named: [], rows, known, models: new Map() };
  }

  /** One provider has one address: a second address of an entry, or a name that is an entry's, gets a name of its own. */
  #freeName({ names, entry, baseUrl }: Located): string {
    const { catalogue, ours } = this.#scene;
    const isTaken = (name: string): boolean => {
      const own = ours.at('providers').at(name);
      const known = catalogue.get(name);
      const url =
        own.text('base_url') ?? own.at('base_urls').text('openai-chat') ?? known?.origins['openai-chat'];
      // keys go where they were meant to go (law 12): a provider of ours at another address is another provider
      const isElsewhere = own.isObject && url?.replace(/\/+$/, '') !== baseUrl;
      return (
        isElsewhere ||
        (known !== undefined && known !== entry) ||
        this.all.some((other) => other.name === name)
      );
    };
    const own = `${names.at(-1)}-hermes`;
    const wishes = [...names, own, ...this.all.map((_, index) => `${own}-${index + 2}`)];
    return wishes.find((name) => !isTaken(name)) ?? `${own}-${wishes.length}`;
  }
}

/** Whether our resolver finds the variable by itself at this address. */
function findsByItself(entry: ProviderEntry, baseUrl: string, variable: string): boolean {
  const { keyVariables, alternativeOrigins = [] } = entry;
  const site = alternativeOrigins.find(({ origins }) => Object.values(origins).includes(baseUrl));
  return [...keyVariables, ...(site?.keyVariables ?? [])].includes(variable);
}

/** What is known of a model, from whichever block says it first. */
export function noteModel({ models }: ImportedProvider, model: string, facts: HermesModelFacts): void {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  if (known.length > 0) models.set(model, { ...Object.fromEntries(known), ...models.get(model) });
}

type HermesModelFacts = Readonly<Partial<Record<'context_window' | 'max_output', number | undefined>>>;

/** How Hermes picks among the keys of one provider; its default, `fill_first`, is ours. */
const selections: Readonly<Record<string, ProviderSettings['selection']>> = {
  round_robin: 'round-robin',
  least_used: 'least-used',
  random: 'random',
};

/** Only what our catalogue does not say by itself. */
export function toSettings(provider: ImportedProvider): ProviderSettings {
  const { entry, isLocal, models, found, pools } = provider;
  const keys = [...provider.named, ...provider.rows, ...provider.known].flatMap(({ key }) => key ?? []);
  const credentials = findNew([], keys);
  const strategy = found.config.at('credential_pool_strategies').text(...pools) ?? '';
  const selection = credentials.length > 1 ? selections[strategy] : undefined;
  return {
    ...toAddress(provider),
    ...(entry === undefined && isLocal && credentials.length === 0 && { auth: 'none' as const }),
    ...(credentials.length > 0 && { credentials }),
    ...(selection && { selection }),
    ...(models.size > 0 && { models: Object.fromEntries(models) }),
  };
}

function toAddress({ entry, baseUrl, protocol }: Located): Pick<ProviderSettings, 'base_url' | 'protocol'> {
  const isUsual = protocol === 'openai-chat';
  return {
    ...((entry?.origins[protocol] !== baseUrl || !isUsual) && { base_url: baseUrl }),
    ...((entry === undefined || !isUsual) && { protocol }),
  };
}
