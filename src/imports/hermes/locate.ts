/** From a block that names a provider in Hermes's words to the address, pools and variables it means. */

import { judgeBaseUrl } from '../../config/resolve/base-url.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import type { Origins, ProviderEntry } from '../../providers/entry.ts';
import { sitesOf } from '../../providers/sites.ts';
import { showUrl } from './keys.ts';
import type { Part } from './part.ts';
import type { HermesFound } from './read-files.ts';
import type { Remarks } from './remarks.ts';
import { findVendor, type HermesVendor } from './vendors.ts';

/** What every part of translating needs. */
export interface HermesScene {
  readonly found: HermesFound;
  readonly catalogue: Catalogue;
  /** Our own config, which keeps its addresses. */
  readonly ours: Part;
  readonly remarks: Remarks;
}

/** What a block means, before its address is looked at. */
interface Meaning {
  /** As Hermes calls it. */
  readonly id: string;
  /** Names of its pools in `auth.json`: `xiaomi`, `custom:local`. */
  readonly pools: readonly string[];
  /** The variables Hermes fills its pool from; absent: those of whatever stands at the address. */
  readonly variables?: readonly string[] | undefined;
  /** For targets that name no model. */
  readonly defaultModel?: string | undefined;
  /** The provider of theirs that describes it. */
  readonly described?: Part;
  /** The catalogue entry it is; absent for one that is described by its address. */
  readonly entry?: ProviderEntry | undefined;
  /** Absent: the entry's own. */
  readonly url: string | undefined;
  /** Hermes's name of a protocol. */
  readonly mode: string | undefined;
}

interface HermesEndpoint {
  readonly baseUrl: string;
  readonly protocol: ProtocolName;
}

/** All that a provider is made from. */
export interface Located extends Meaning, HermesEndpoint {
  /** To choose from, the best first. */
  readonly names: readonly string[];
}

/** What a block names; undefined after a remark that says why it is nothing. */
export function locate(scene: HermesScene, block: Part): Located | undefined {
  const meaning = understand(scene, block);
  const endpoint = meaning && findEndpoint(scene, block, meaning);
  if (meaning === undefined || endpoint === undefined) return undefined;
  const { catalogue } = scene;
  const { id, variables } = meaning;
  const isThere = (one: ProviderEntry): boolean => !one.isKeyless && findSite(one, endpoint) !== undefined;
  const entry = meaning.entry ?? catalogue.entries.find(isThere);
  const { baseUrl, protocol } = settle(entry, endpoint);
  const name = toName(id === 'custom' ? new URL(baseUrl).host : id);
  const names = entry === undefined ? [name] : [entry.name, name];
  const known = variables ?? findVendor(entry?.name ?? '')?.variables;
  return { ...meaning, baseUrl, protocol, entry, names, variables: known };
}

/** Undefined after a remark. */
function findEndpoint(
  scene: HermesScene,
  block: Part,
  { id, entry, url, mode }: Meaning,
): HermesEndpoint | undefined {
  const own = entry?.origins['openai-chat'];
  if (url === undefined && own !== undefined) return { baseUrl: own, protocol: 'openai-chat' };
  if (url === undefined) return scene.remarks.add('custom-without-url', block, { id });
  const endpoint = toEndpoint(url, mode);
  if (typeof endpoint !== 'string') return endpoint;
  return scene.remarks.add('base-url', block, { url: showUrl(url), reason: endpoint });
}

/** A site of the vendor's that Hermes reaches by its Anthropic path is the same site by its OpenAI path. */
function settle(entry: ProviderEntry | undefined, endpoint: HermesEndpoint): HermesEndpoint {
  const baseUrl = entry && findSite(entry, endpoint)?.['openai-chat'];
  return baseUrl === undefined ? endpoint : { baseUrl, protocol: 'openai-chat' };
}

/** The vendor's site that is at this address, with or without `/v1`. */
function findSite(entry: ProviderEntry, { baseUrl }: HermesEndpoint): Origins | undefined {
  const isThere = (url: string): boolean => url === baseUrl || url === `${baseUrl}/v1`;
  return sitesOf(entry).find(({ origins }) => Object.values(origins).some(isThere))?.origins;
}

/** Undefined after a remark. */
function understand(scene: HermesScene, block: Part): Meaning | undefined {
  const { remarks, catalogue, found } = scene;
  const id = block.text('provider')?.toLowerCase() ?? 'custom';
  const url = block.text('base_url');
  const vendor = findVendor(id);
  const entry = catalogue.get(vendor?.becomes.split('/')[0] ?? '');
  const isServer = vendor === undefined || vendor.kind === 'server';
  const atUrl = isServer && entry === undefined ? findNamedAt(found, url) : undefined;
  const named = findNamed(found, id) ?? atUrl;
  if (named !== undefined) return understandNamed(named, url);
  if (vendor !== undefined) return understandVendor(scene, block, { vendor, entry });
  if (url === undefined) return remarks.add('unknown-provider', block, { id });
  return { id, pools: [], url, mode: modeOf(block) };
}

interface NamedProvider {
  readonly name: string;
  readonly block: Part;
}

/** What stands under `providers:` and the older `custom_providers:`. */
function listNamed({ config }: HermesFound): readonly NamedProvider[] {
  const current = config
    .at('providers')
    .entries()
    .map(([name, block]) => ({ name, block }));
  const older = config
    .at('custom_providers')
    .items()
    .map((block) => {
      return { name: block.text('name') ?? `custom-${Number(block.path[1]) + 1}`, block };
    });
  return [...current.filter(({ block }) => block.isObject), ...older];
}

/** By name or by `custom:name`; one of Hermes's own ids is never shadowed by it. */
function findNamed(found: HermesFound, id: string): NamedProvider | undefined {
  if (id !== 'custom' && findVendor(id)?.ids[0] === id) return undefined;
  const wanted = toName(id.replace(/^custom:/, ''));
  return listNamed(found).find(({ name, block }) =>
    [name, block.text('name') ?? name].some((text) => toName(text) === wanted),
  );
}

/** A server without a name is the named one at the same address. */
function findNamedAt(found: HermesFound, url: string | undefined): NamedProvider | undefined {
  const plain = url?.replace(/\/+$/, '');
  return listNamed(found).find(
    ({ block }) => plain !== undefined && urlOf(block)?.replace(/\/+$/, '') === plain,
  );
}

function understandNamed({ name, block }: NamedProvider, url: string | undefined): Meaning {
  const shown = block.text('name') ?? name;
  return {
    id: name,
    pools: [...new Set([shown.toLowerCase(), toName(shown), name])].map((pool) => `custom:${pool}`),
    variables: [],
    defaultModel: block.text('default_model', 'model'),
    described: block,
    url: url ?? urlOf(block),
    mode: modeOf(block),
  };
}

function urlOf(block: Part): string | undefined {
  return block.text('base_url', 'api', 'url');
}

function modeOf(block: Part): string | undefined {
  return block.text('api_mode', 'transport')?.toLowerCase();
}

interface Vendor {
  readonly vendor: HermesVendor;
  readonly entry: ProviderEntry | undefined;
}

function understandVendor(scene: HermesScene, block: Part, known: Vendor): Meaning | undefined {
  const { remarks } = scene;
  const { vendor, entry } = known;
  const { kind, ids, variables, becomes } = vendor;
  const [id = ''] = ids;
  const said = block.text('base_url');
  const mode = said === undefined ? undefined : modeOf(block);
  if (kind === 'keyed')
    return { id, pools: ids, variables, entry, url: chooseUrl(scene, block, known), mode };
  if (kind === 'server') return { id, pools: [], entry, url: said, mode };
  if (kind === 'nothing') return remarks.add('provider-not-carried', block, { id, reason: becomes });
  const facts = { what: `names ${id}, a login, and is left behind`, provider: entry?.name };
  return remarks.add('login-again', block, { ...facts, first: `name a target of ${entry?.name}, and ` });
}

/** The vendor's variable moves the main provider; elsewhere what the block says comes first. A key may belong to one site only. */
function chooseUrl(
  { found, remarks }: HermesScene,
  block: Part,
  { vendor, entry }: Vendor,
): string | undefined {
  const said = block.text('base_url');
  const moved = found.variables.find(vendor.movedBy);
  if (moved !== undefined && (said === undefined || block.path[0] === 'model')) {
    const facts = { variable: moved.where, url: showUrl(moved.value) };
    if ((said ?? moved.value) !== moved.value) remarks.add('base-url-overruled', block.at('base_url'), facts);
    return moved.value;
  }
  if (entry === undefined) return said ?? vendor.becomes;
  const sites = entry.alternativeOrigins ?? [];
  const [key] = vendor.variables.flatMap((variable) => found.variables.findKey(variable)?.value ?? []);
  const ofKey = sites.filter(({ keyPrefixes }) => keyPrefixes?.some((prefix) => key?.startsWith(prefix)));
  const named = sites.find(({ name }) => name === vendor.becomes.split('/')[1]);
  return said ?? (ofKey.length === 1 ? ofKey[0] : named)?.origins['openai-chat'];
}

const protocolOfMode: Readonly<Record<string, ProtocolName>> = {
  chat_completions: 'openai-chat',
  codex_responses: 'openai-responses',
  responses: 'openai-responses',
  anthropic_messages: 'anthropic-messages',
};

/**
 * Hermes appends `/v1/messages` to an Anthropic base URL, we `/messages`; in other modes both append to what stands there.
 * Without a mode it goes by the path. Otherwise how to fix it, without the URL: it may hold a password.
 */
function toEndpoint(url: string, mode: string | undefined): HermesEndpoint | string {
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

/** A name as `provider/model` takes it: `Local (localhost:8080)` becomes `local-localhost-8080`. */
function toName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'imported' : name;
}
