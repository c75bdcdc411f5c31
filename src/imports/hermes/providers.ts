/**
 * Collects the providers of an import. Each is created when something names it, with one address,
 * its keys and its models.
 */

import { isOwnGateway, judgeBaseUrl } from '../../config/resolve/base-url.ts';
import { isLocalUrl } from '../../config/resolve/local-url.ts';
import type { ModelSettings, ProviderSettings } from '../../config/schema/schema.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import { catalogue } from '../../providers/builtin.ts';
import type { Origins, ProviderEntry } from '../../providers/entry.ts';
import { fillParts, partsIn } from '../../providers/parts.ts';
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

interface Located {
  readonly baseUrl: string;
  readonly protocol: ProtocolName;
  /**
   * The catalogue entry at that address; absent for a provider that is known only by its address.
   */
  readonly entry?: ProviderEntry | undefined;
}

/** One provider as it will be written. */
export interface ImportedProvider extends Located, KeyOwner {
  /** The name that it would have if no other provider had it. */
  readonly wish: string;
  /** The names of its pools in `auth.json`: `xiaomi`, `custom:local`. */
  readonly pools: readonly string[];
  /** The variables that Hermes reads its keys from. */
  readonly variables: readonly string[];
  /** For targets that name no model. */
  readonly defaultModel: string | undefined;
  /**
   * `named` are the keys from their config. The others, from pools and variables, come first in
   * Hermes.
   */
  readonly named: KeyPlace[];
  readonly pool: readonly KeyPlace[];
  readonly models: Map<string, ModelSettings>;
}

/** The state that all parts of the translation share. */
export interface HermesContext extends HermesFound {
  /** Our own config, whose addresses are kept. */
  readonly ours: Part;
  /** The address of our own gateway. */
  readonly gateway: { readonly host: string; readonly port: number };
  /** The providers that were named so far, each once. */
  readonly providers: ImportedProvider[];
  /** The places of the blocks whose keys were read, since a key may go to one address only. */
  readonly read: Set<string>;
}

/** Returns the provider that a block names; undefined after a remark with the reason. */
export function openProvider(context: HermesContext, block: Part): ImportedProvider | undefined {
  const vendor = readVendor(context, block);
  const located = vendor && locateVendor(context, block, vendor);
  if (vendor === undefined || located === undefined) return undefined;
  const provider = findOrBegin(context, vendor, located);
  for (const part of [vendor.described ?? block, block].filter(
    ({ where }) => !context.read.has(where),
  )) {
    context.read.add(part.where);
    provider.named.push(...readNamedKeys(provider, part));
    for (const [model, facts] of part.at('models').entries()) {
      const window = facts.number('context_length') ?? part.number('context_length');
      noteModel(provider, model, { context_window: window });
    }
  }
  return provider;
}

/** Returns undefined after a remark. */
function locateVendor(
  context: HermesContext,
  block: Part,
  vendor: HermesVendor,
): Located | undefined {
  const { remarks } = context;
  const { id, entry: own, described } = vendor;
  const url = chooseUrl(context, block, vendor) ?? own?.origins['openai-chat'];
  if (url === undefined) return remarks.add('custom-without-url', block, { id });
  // a block without an address does not say which protocol is spoken there
  const speaker = described ?? (block.text('base_url') === undefined ? undefined : block);
  const endpoint = toEndpoint(url, speaker?.text('api_mode', 'transport')?.toLowerCase());
  if (typeof endpoint === 'string')
    return remarks.add('base-url', block, { url: showUrl(url), reason: endpoint });
  if (isHoldfast(context, id, endpoint.baseUrl))
    return remarks.add('ourselves', described ?? block, { url: showUrl(url) });
  const isThere = (one: ProviderEntry): boolean =>
    !one.isKeyless && findEntrySite(one, endpoint) !== undefined;
  const entry = own ?? catalogue.entries.find(isThere);
  // an address that Hermes reaches by its Anthropic path is the same site as by its OpenAI path
  const usual = entry && findEntrySite(entry, endpoint)?.['openai-chat'];
  const isHere = usual !== undefined && new URL(usual).host === new URL(endpoint.baseUrl).host;
  return {
    ...endpoint,
    ...(isHere && { baseUrl: usual, protocol: 'openai-chat' }),
    entry,
  };
}

/** `connect hermes` wrote it, for our address or, if that has changed since, for an older one. */
function isHoldfast({ gateway }: HermesContext, id: string, baseUrl: string): boolean {
  const { origin } = new URL(baseUrl);
  return isOwnGateway(origin, gateway) || (toName(id) === 'holdfast' && isLocalUrl(baseUrl));
}

/** Returns the vendor's site at this address, with or without `/v1`. */
function findEntrySite(entry: ProviderEntry, { baseUrl }: Located): Origins | undefined {
  const isThere = (url: string): boolean => url === baseUrl || url === `${baseUrl}/v1`;
  const whole = [baseUrl, `${baseUrl}/v1`].map((url) => partsIn(entry, url));
  const filled = fillParts(entry, Object.assign({}, ...whole));
  return sitesOf(filled).find(({ origins }) => Object.values(origins).some(isThere))?.origins;
}

/**
 * The vendor's variable overrides the address of the main provider; elsewhere the block comes
 * first. A key may belong to one site only.
 */
function chooseUrl(context: HermesContext, block: Part, vendor: HermesVendor): string | undefined {
  const { variables, remarks } = context;
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
 * Hermes appends `/v1/messages` to an Anthropic base URL, we append `/messages`; in other modes
 * both append to the given path. Without a mode, the path decides. For an invalid URL the result is
 * the text of the fix, without the URL, which may contain a password.
 */
function toEndpoint(url: string, mode: string | undefined): Located | string {
  // some write the whole endpoint instead of its base URL
  const judged = judgeBaseUrl(url.replace(/\/(chat\/completions|responses|messages)\/*$/, ''));
  if (!judged.isValid) return `its base_url does not fit: ${judged.fix}`;
  const { baseUrl } = judged;
  const byPath = /\/anthropic(\/v1)?$/i.test(baseUrl) ? 'anthropic_messages' : 'chat_completions';
  const protocol = protocolOfMode[mode ?? byPath];
  if (protocol === undefined) return `api_mode ${mode} has no equivalent`;
  const isAnthropic = protocol === 'anthropic-messages';
  return { baseUrl: isAnthropic ? `${baseUrl.replace(/\/v1$/, '')}/v1` : baseUrl, protocol };
}

function findOrBegin(
  context: HermesContext,
  vendor: HermesVendor,
  located: Located,
): ImportedProvider {
  const { id, kind, ids, described } = vendor;
  const { baseUrl, entry } = located;
  const plain = toName(id === 'custom' ? new URL(baseUrl).host : id);
  const wish = entry?.name ?? plain;
  const known = context.providers.find((one) => one.wish === wish && one.baseUrl === baseUrl);
  if (known !== undefined) return known;
  const isTaken = (name: string): boolean => isOtherProvider(context, located, name);
  const name = [wish, plain].find((one) => !isTaken(one)) ?? freeName(`${plain}-hermes`, isTaken);
  // the second address of an entry, if it has another name, is described by its address alone
  const named = { name, entry: entry?.name === name ? entry : undefined };
  const owner = { ...located, ...named, found: context, origin: new URL(baseUrl).origin };
  // a plain server has no pools, and not the variables of the vendor at that address
  const isServer = kind === 'server';
  const { variables = [] } = (isServer ? findVendor(entry?.name ?? '') : vendor) ?? {};
  const pools = isServer ? [] : ids;
  const rows = listRows(context, pools).flatMap((row) => readRow(owner, row) ?? []);
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
  context.providers.push(provider);
  return provider;
}

/**
 * A provider has one address. A second address of an entry, or a name that belongs to an entry,
 * gets its own name.
 */
function isOtherProvider(
  { ours, providers }: HermesContext,
  { baseUrl, entry }: Located,
  name: string,
): boolean {
  const own = ours.at('providers').at(name);
  const known = catalogue.get(name);
  const url =
    own.text('base_url') ??
    own.at('base_urls').text('openai-chat') ??
    known?.origins['openai-chat'];
  // keys go only to their intended address (law 12): our provider at another address is a different
  // one
  const isElsewhere = own.isObject && url?.replace(/\/+$/, '') !== baseUrl;
  if (isElsewhere || (known !== undefined && known !== entry)) return true;
  return providers.some((other) => other.name === name);
}

/** Stores facts about a model; the first block to state one wins. */
export function noteModel({ models }: ImportedProvider, model: string, facts: ModelSettings): void {
  const known = dropEmpty(facts);
  if (Object.keys(known).length > 0) models.set(model, { ...known, ...models.get(model) });
}

/** Maps Hermes's ways to choose among keys; its default, `fill_first`, is ours too. */
const selections: Readonly<Record<string, ProviderSettings['selection']>> = {
  round_robin: 'round-robin',
  least_used: 'least-used',
  random: 'random',
};

/** Writes only values that differ from our catalogue. */
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
