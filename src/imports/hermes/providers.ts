/**
 * The providers of an import: opened when something names them, each with one address, its keys and
 * its models' facts.
 */

import { judgeBaseUrl } from '../../config/resolve/base-url.ts';
import { isLocalUrl } from '../../config/resolve/local-url.ts';
import type { ModelSettings, ProviderSettings } from '../../config/schema/schema.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import type { Origins, ProviderEntry } from '../../providers/entry.ts';
import { sitesOf } from '../../providers/sites.ts';
import {
  type KeyOwner,
  listRows,
  readKnownVariable,
  readNamedKeys,
  readRow,
  showUrl,
} from './keys.ts';
import { dropEmpty, findNew, freeName } from './merge.ts';
import type { Part } from './part.ts';
import type { HermesFound } from './read-files.ts';
import type { KeyPlace } from './variables.ts';
import { findVendor, type HermesVendor, readVendor, toName } from './vendors.ts';

/** Where a block leads. */
interface Located {
  readonly baseUrl: string;
  readonly protocol: ProtocolName;
  /** The catalogue entry that is there; absent for one that is described by its address. */
  readonly entry?: ProviderEntry | undefined;
}

/** One provider as it will be written. */
export interface ImportedProvider extends Located, KeyOwner {
  /** The name it would have if it were free. */
  readonly wish: string;
  /** Names of its pools in `auth.json`: `xiaomi`, `custom:local`. */
  readonly pools: readonly string[];
  /** The variables Hermes fills its pool from. */
  readonly variables: readonly string[];
  /** For targets that name no model. */
  readonly defaultModel: string | undefined;
  /**
   * Where its keys are: what their config names; the rows of its pools and the variables, which
   * Hermes prefers.
   */
  readonly named: KeyPlace[];
  readonly pool: readonly KeyPlace[];
  readonly models: Map<string, ModelSettings>;
}

/** What every part of translating needs. */
export interface HermesScene extends HermesFound {
  readonly catalogue: Catalogue;
  /** Our own config, which keeps its addresses. */
  readonly ours: Part;
  /** The providers that something named, each opened once. */
  readonly providers: ImportedProvider[];
  /** Places of the blocks whose keys were read: a key goes to one address. */
  readonly read: Set<string>;
}

/** The provider that a block names; undefined after a remark that says why there is none. */
export function openProvider(scene: HermesScene, block: Part): ImportedProvider | undefined {
  const vendor = readVendor(scene, block);
  const located = vendor && locateVendor(scene, block, vendor);
  if (vendor === undefined || located === undefined) return undefined;
  const provider = findOrBegin(scene, vendor, located);
  for (const part of [vendor.described ?? block, block].filter(
    ({ where }) => !scene.read.has(where),
  )) {
    scene.read.add(part.where);
    provider.named.push(...readNamedKeys(provider, part));
    for (const [model, facts] of part.at('models').entries()) {
      const window = facts.number('context_length') ?? part.number('context_length');
      noteModel(provider, model, { context_window: window });
    }
  }
  return provider;
}

/** Undefined after a remark. */
function locateVendor(scene: HermesScene, block: Part, vendor: HermesVendor): Located | undefined {
  const { catalogue, remarks } = scene;
  const { id, entry: own, described } = vendor;
  const url = chooseUrl(scene, block, vendor) ?? own?.origins['openai-chat'];
  if (url === undefined) return remarks.add('custom-without-url', block, { id });
  // a block that gives no address says nothing of the protocol there
  const speaker = described ?? (block.text('base_url') === undefined ? undefined : block);
  const endpoint = toEndpoint(url, speaker?.text('api_mode', 'transport')?.toLowerCase());
  if (typeof endpoint === 'string')
    return remarks.add('base-url', block, { url: showUrl(url), reason: endpoint });
  const isThere = (one: ProviderEntry): boolean =>
    !one.isKeyless && findEntrySite(one, endpoint) !== undefined;
  const entry = own ?? catalogue.entries.find(isThere);
  // a site of the vendor's that Hermes reaches by its Anthropic path is the same site by its OpenAI
  // path
  const usual = entry && findEntrySite(entry, endpoint)?.['openai-chat'];
  return {
    ...endpoint,
    ...(usual !== undefined && { baseUrl: usual, protocol: 'openai-chat' }),
    entry,
  };
}

/** The vendor's site that is at this address, with or without `/v1`. */
function findEntrySite(entry: ProviderEntry, { baseUrl }: Located): Origins | undefined {
  const isThere = (url: string): boolean => url === baseUrl || url === `${baseUrl}/v1`;
  return sitesOf(entry).find(({ origins }) => Object.values(origins).some(isThere))?.origins;
}

/**
 * The vendor's variable moves the main provider; elsewhere what the block says comes first. A key
 * may belong to one site only.
 */
function chooseUrl(scene: HermesScene, block: Part, vendor: HermesVendor): string | undefined {
  const { variables, remarks } = scene;
  const { entry, becomes } = vendor;
  const said = block.text('base_url');
  const moved = variables.find(vendor.movedBy);
  if (moved !== undefined && (said === undefined || block.path[0] === 'model')) {
    const facts = { variable: moved.where, url: showUrl(moved.value) };
    if ((said ?? moved.value) !== moved.value)
      remarks.add('base-url-overruled', block.at('base_url'), facts);
    return moved.value;
  }
  if (entry === undefined) return said ?? (becomes || undefined);
  const sites = entry.alternativeOrigins ?? [];
  const [key] = vendor.variables.flatMap((variable) => variables.findKey(variable)?.value ?? []);
  const ofKey = sites.filter(({ keyPrefixes }) =>
    keyPrefixes?.some((prefix) => key?.startsWith(prefix)),
  );
  const named = sites.find(({ name }) => name === becomes.split('/')[1]);
  return said ?? (ofKey.length === 1 ? ofKey[0] : named)?.origins['openai-chat'];
}

const protocolOfMode: Readonly<Record<string, ProtocolName>> = {
  chat_completions: 'openai-chat',
  codex_responses: 'openai-responses',
  responses: 'openai-responses',
  anthropic_messages: 'anthropic-messages',
};

/**
 * Hermes appends `/v1/messages` to an Anthropic base URL, we `/messages`; in other modes both
 * append to what stands there. Without a mode it goes by the path. Otherwise how to fix it, without
 * the URL: it may hold a password.
 */
function toEndpoint(url: string, mode: string | undefined): Located | string {
  // some write the whole endpoint where its beginning belongs
  const judged = judgeBaseUrl(url.replace(/\/(chat\/completions|responses|messages)\/*$/, ''));
  if (!judged.isValid) return `its base_url does not fit: ${judged.howToFix}`;
  const { baseUrl } = judged;
  const byPath = /\/anthropic(\/v1)?$/i.test(baseUrl) ? 'anthropic_messages' : 'chat_completions';
  const protocol = protocolOfMode[mode ?? byPath];
  if (protocol === undefined) return `api_mode ${mode} has no equivalent`;
  const isAnthropic = protocol === 'anthropic-messages';
  return { baseUrl: isAnthropic ? `${baseUrl.replace(/\/v1$/, '')}/v1` : baseUrl, protocol };
}

function findOrBegin(scene: HermesScene, vendor: HermesVendor, located: Located): ImportedProvider {
  const { id, kind, ids, described } = vendor;
  const { baseUrl, entry } = located;
  const plain = toName(id === 'custom' ? new URL(baseUrl).host : id);
  const wish = entry?.name ?? plain;
  const known = scene.providers.find((one) => one.wish === wish && one.baseUrl === baseUrl);
  if (known !== undefined) return known;
  const isTaken = (name: string): boolean => isOtherProvider(scene, located, name);
  const name = [wish, plain].find((one) => !isTaken(one)) ?? freeName(`${plain}-hermes`, isTaken);
  // an entry's second address under another name is known by its address alone
  const named = { name, entry: entry?.name === name ? entry : undefined };
  const owner = { ...located, ...named, found: scene, origin: new URL(baseUrl).origin };
  // whatever stands at an address has no pools, and the variables of the vendor that is there
  const isServer = kind === 'server';
  const { variables = [] } = (isServer ? findVendor(entry?.name ?? '') : vendor) ?? {};
  const pools = isServer ? [] : ids;
  const rows = listRows(scene, pools).flatMap((row) => readRow(owner, row) ?? []);
  const pool = [...rows, ...variables.flatMap((variable) => readKnownVariable(owner, variable))];
  const defaultModel = described?.text('default_model', 'model') ?? owner.entry?.defaultModel;
  const provider = {
    ...owner,
    wish,
    pools,
    variables,
    defaultModel,
    named: [],
    pool,
    models: new Map(),
  };
  scene.providers.push(provider);
  return provider;
}

/**
 * One provider has one address: a second address of an entry, or a name that is an entry's, gets a
 * name of its own.
 */
function isOtherProvider(
  { ours, catalogue, providers }: HermesScene,
  { baseUrl, entry }: Located,
  name: string,
): boolean {
  const own = ours.at('providers').at(name);
  const known = catalogue.get(name);
  const url =
    own.text('base_url') ??
    own.at('base_urls').text('openai-chat') ??
    known?.origins['openai-chat'];
  // keys go where they were meant to go (law 12): a provider of ours at another address is another
  // provider
  const isElsewhere = own.isObject && url?.replace(/\/+$/, '') !== baseUrl;
  if (isElsewhere || (known !== undefined && known !== entry)) return true;
  return providers.some((other) => other.name === name);
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
  const written = [...provider.named, ...provider.pool].filter(
    ({ unwritten }) => unwritten === undefined,
  );
  const keys = written.map(({ key }) => key);
  const credentials = findNew([], keys);
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
