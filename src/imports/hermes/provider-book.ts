/** The providers of an import: opened when something names them, each with one address, its keys and its models' facts. */

import { chooseEndpoint } from '../../config/resolve/resolve-origins.ts';
import type { ModelSettings } from '../../config/schema/schema.ts';
import type { Address } from './addresses.ts';
import { toName } from './addresses.ts';
import { isLocal } from './endpoint.ts';
import { type ImportedKey, type KeyScene, readKnownVariables, readNamedKeys } from './keys.ts';
import { findOpening, type Opening, type OpeningScene } from './openings.ts';
import { listRows, readRows } from './pool-rows.ts';
import type { Naming } from './wire.ts';

/** One provider as it will be written. */
export interface ImportedProvider {
  readonly name: string;
  readonly address: Address;
  /** Scheme, host and port: what its keys belong to. */
  readonly origin: string;
  /** Names of its pools in `auth.json`: `xiaomi`, `custom:local`. */
  readonly pools: readonly string[];
  /** The variables Hermes fills its pool from. */
  readonly variables: readonly string[];
  /** What config names, then pool rows, then known variables; the same variable once. */
  readonly keys: readonly ImportedKey[];
  readonly models: Readonly<Record<string, ModelSettings>>;
  /** Where their config names a key for it. */
  readonly namedAt: readonly Naming[];
  /** Whether our resolver finds this variable by itself. */
  isKnownHere(variable: string): boolean;
}

/** Providers that our own config already has, and where they are. */
export type KnownAddresses = ReadonlyMap<string, string | undefined>;

interface Draft {
  readonly name: string;
  readonly address: Address;
  readonly opening: Opening;
  readonly named: ImportedKey[];
  readonly namedAt: Naming[];
  readonly others: readonly ImportedKey[];
  readonly models: Map<string, ModelSettings>;
}

export class ProviderBook {
  readonly #scene: OpeningScene;
  readonly #existing: KnownAddresses;
  readonly #drafts: Draft[] = [];

  constructor(scene: OpeningScene, existing: KnownAddresses) {
    this.#scene = scene;
    this.#existing = existing;
  }

  /** Our name of the provider that a block names; undefined after a remark that says why there is none. */
  open(wish: Naming): string | undefined {
    const opening = findOpening(this.#scene, wish);
    if (opening === undefined) return undefined;
    const draft = this.#draftFor(opening);
    this.#addNamedKeys(draft, wish);
    return draft.name;
  }

  /** What is known of a model, from whichever block says it first. */
  addModel(provider: string, model: string, facts: ModelSettings): void {
    const models = this.#find(provider)?.models;
    if (models === undefined || Object.keys(facts).length === 0) return;
    models.set(model, { ...facts, ...models.get(model) });
  }

  defaultModel(provider: string): string | undefined {
    const draft = this.#find(provider);
    return draft?.opening.defaultModel ?? draft?.address.entry?.defaultModel;
  }

  all(): readonly ImportedProvider[] {
    return this.#drafts.map(({ named, others, opening, models, ...draft }) => ({
      ...draft,
      pools: opening.pools,
      variables: opening.variables,
      origin: new URL(draft.address.baseUrl).origin,
      keys: withoutRepeats([...named, ...others]),
      models: Object.fromEntries(models),
      isKnownHere: (variable) => isKnownHere(draft.address, variable),
    }));
  }

  #find(provider: string): Draft | undefined {
    return this.#drafts.find(({ name }) => name === provider);
  }

  #draftFor(opening: Opening): Draft {
    const same = this.#drafts.find(({ opening: other }) => isSame(other.address, opening.address));
    const draft = same ?? this.#begin(opening);
    if (opening.named !== undefined) this.#addNamedProvider(draft, opening.named);
    return draft;
  }

  #begin(opening: Opening): Draft {
    const name = this.#freeName(opening);
    const address = name === opening.address.name ? opening.address : describe(opening.address, name);
    const scene = this.#keyScene(name, address);
    const rows = readRows(scene, listRows(this.#scene.found, opening.pools));
    const known = readKnownVariables(scene, opening.variables, (variable) => isKnownHere(address, variable));
    const draft: Draft = {
      name,
      address,
      opening,
      named: [],
      namedAt: [],
      others: [...rows, ...known],
      models: new Map(),
    };
    this.#drafts.push(draft);
    return draft;
  }

  /** One provider has one address: a second address of an entry, or a name that is an entry's, gets a name of its own. */
  #freeName({ address, id }: Opening): string {
    const isTaken = (name: string): boolean =>
      this.#drafts.some((draft) => draft.name === name) ||
      (address.entry?.name !== name && this.#scene.catalogue.get(name) !== undefined) ||
      this.#isElsewhere(name, address);
    const own = toName(id);
    const wishes = [address.name, own, `${own}-hermes`];
    const free = wishes.find((name) => !isTaken(name));
    if (free !== undefined) return free;
    const count = this.#drafts.filter(({ name }) => name.startsWith(own)).length;
    return `${own}-hermes-${count + 1}`;
  }

  /** Keys go where they were meant to go (law 12): a provider of ours at another address is another provider. */
  #isElsewhere(name: string, { baseUrl }: Address): boolean {
    if (!this.#existing.has(name)) return false;
    const known = this.#existing.get(name) ?? this.#scene.catalogue.get(name)?.origins['openai-chat'];
    return known !== baseUrl;
  }

  #addNamedProvider(draft: Draft, named: NonNullable<Opening['named']>): void {
    const { block } = named;
    this.#addNamedKeys(draft, named);
    for (const [model, facts] of Object.entries(block.models ?? {})) {
      const window = facts?.context_length ?? block.context_length;
      if (window !== undefined) draft.models.set(model, { context_window: window });
    }
  }

  #addNamedKeys(draft: Draft, { block, path }: Naming): void {
    if (draft.namedAt.some((known) => known.block === block)) return;
    draft.namedAt.push({ block, path });
    draft.named.push(...readNamedKeys(this.#keyScene(draft.name, draft.address), block, path));
  }

  #keyScene(provider: string, address: Address): KeyScene {
    const { found, remarks } = this.#scene;
    const { origin } = new URL(address.baseUrl);
    return { found, remarks, provider, origin, isLocal: isLocal(address.baseUrl) };
  }
}

function isSame(left: Address, right: Address): boolean {
  if (left.baseUrl !== right.baseUrl || left.entry !== right.entry) return false;
  return left.entry !== undefined || left.name === right.name;
}

/** An entry's second address under another name is known by its address alone. */
function describe({ baseUrl, protocol }: Address, name: string): Address {
  return { name, baseUrl, protocol, isMoved: true };
}

/** Whether our resolver finds the variable by itself at this address. */
function isKnownHere({ entry, baseUrl }: Address, variable: string): boolean {
  if (entry === undefined) return false;
  const { origin } = new URL(baseUrl);
  const site = entry.alternativeOrigins?.find(
    (other) => chooseEndpoint(other.origins, undefined)?.origin === origin,
  );
  return entry.keyVariables.includes(variable) || site?.keyVariables?.includes(variable) === true;
}

function withoutRepeats(keys: readonly ImportedKey[]): readonly ImportedKey[] {
  const identities = keys.map(({ reference }) => JSON.stringify(reference));
  return keys.filter((_key, index) => identities.indexOf(identities[index] ?? '') === index);
}
