/** The providers of an import: opened when something names them, each with one address, its keys and its models' facts. */

import { isLocalUrl } from '../../config/resolve/local-url.ts';
import type { ModelSettings, ProviderSettings } from '../../config/schema/schema.ts';
import { type KeyOwner, type KeyPlace, listRows, readKnownVariable, readNamedKeys, readRow } from './keys.ts';
import { type HermesScene, type Located, locate } from './locate.ts';
import { dropEmpty, findNew, freeName } from './merge.ts';
import type { Part } from './part.ts';
import type { HermesFound } from './read-files.ts';

/** One provider as it will be written. */
export interface ImportedProvider extends Located, KeyOwner {
  /** Where its keys are: what their config names; the rows of its pools and the vendor's variables, which Hermes prefers. */
  readonly named: KeyPlace[];
  readonly pool: readonly KeyPlace[];
  readonly models: Map<string, ModelSettings>;
}

/** The providers that something named, each opened once. */
export class ProviderBook {
  readonly all: ImportedProvider[] = [];
  readonly found: HermesFound;
  readonly #scene: HermesScene;
  /** Places of the blocks whose keys were read: a key goes to one address. */
  readonly #read = new Set<string>();

  constructor(scene: HermesScene) {
    this.#scene = scene;
    this.found = scene.found;
  }

  /** The provider that a block names; undefined after a remark that says why there is none. */
  open(block: Part): ImportedProvider | undefined {
    const located = locate(this.#scene, block);
    if (located === undefined) return undefined;
    const isIt = ({ names, baseUrl }: Located): boolean =>
      names[0] === located.names[0] && baseUrl === located.baseUrl;
    const provider = this.all.find(isIt) ?? this.#begin(located);
    for (const part of [located.described ?? block, block].filter(({ where }) => !this.#read.has(where))) {
      this.#read.add(part.where);
      provider.named.push(...readNamedKeys(provider, part));
      for (const [model, facts] of part.at('models').entries()) {
        const window = facts.number('context_length') ?? part.number('context_length');
        noteModel(provider, model, { context_window: window });
      }
    }
    return provider;
  }

  #begin(located: Located): ImportedProvider {
    const { found } = this;
    const { baseUrl, pools, variables } = located;
    const name = this.#nameOf(located);
    // an entry's second address under another name is known by its address alone
    const entry = located.entry?.name === name ? located.entry : undefined;
    const owner = { found, name, baseUrl, origin: new URL(baseUrl).origin, entry };
    const rows = listRows(found, pools).flatMap((row) => readRow(owner, row) ?? []);
    const known = variables.flatMap((variable) => readKnownVariable(owner, variable));
    const provider = { ...located, ...owner, named: [], pool: [...rows, ...known], models: new Map() };
    this.all.push(provider);
    return provider;
  }

  /** One provider has one address: a second address of an entry, or a name that is an entry's, gets a name of its own. */
  #nameOf({ names, entry, baseUrl }: Located): string {
    const { catalogue, ours } = this.#scene;
    const isTaken = (name: string): boolean => {
      const own = ours.at('providers').at(name);
      const known = catalogue.get(name);
      const url =
        own.text('base_url') ?? own.at('base_urls').text('openai-chat') ?? known?.origins['openai-chat'];
      // keys go where they were meant to go (law 12): a provider of ours at another address is another provider
      const isElsewhere = own.isObject && url?.replace(/\/+$/, '') !== baseUrl;
      const isOther = known !== undefined && known !== entry;
      return isElsewhere || isOther || this.all.some((other) => other.name === name);
    };
    return names.find((name) => !isTaken(name)) ?? freeName(`${names.at(-1)}-hermes`, isTaken);
  }
}

/** What is known of a model, from whichever block says it first. */
export function noteModel({ models }: ImportedProvider, model: string, facts: ModelSettings): void {
  const known = dropEmpty(facts);
  if (Object.keys(known).length > 0) models.set(model, { ...known, ...models.get(model) });
}

/** How Hermes picks among the keys of one provider; its default, `fill_first`, is ours. */
const selections: Readonly<Record<string, ProviderSettings['selection']>> = {
  round_robin: 'round-robin',
  least_used: 'least-used',
  random: 'random',
};

/** Only what our catalogue does not say by itself. */
export function toSettings(provider: ImportedProvider): ProviderSettings {
  const { entry, baseUrl, protocol, found, pools } = provider;
  const credentials = findNew(
    [],
    [...provider.named, ...provider.pool].flatMap(({ key }) => key ?? []),
  );
  const strategy = found.config.at('credential_pool_strategies').text(...pools) ?? '';
  const isUsual = protocol === 'openai-chat';
  const isOpen = entry === undefined && isLocalUrl(baseUrl) && credentials.length === 0;
  return dropEmpty({
    base_url: isUsual && entry?.origins[protocol] === baseUrl ? undefined : baseUrl,
    protocol: isUsual && entry !== undefined ? undefined : protocol,
    auth: isOpen ? 'none' : undefined,
    credentials,
    selection: credentials.length > 1 ? selections[strategy] : undefined,
    models: Object.fromEntries(provider.models),
  });
}
