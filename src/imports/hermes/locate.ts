/** From a block that names a provider in Hermes's words to the address, pools and variables it means. */

import { judgeBaseUrl } from '../../config/resolve/base-url.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import type { Origins, ProviderEntry } from '../../providers/entry.ts';
import { sitesOf } from '../../providers/sites.ts';
import { showUrl } from './keys.ts';
import type { Part } from './part.ts';
import type { HermesFound } from './read-files.ts';
import { findVendor, type HermesVendor } from './vendors.ts';

interface HermesEndpoint {
  readonly baseUrl: string;
  readonly protocol: ProtocolName;
}

/** What a block names. */
export interface Located extends HermesEndpoint {
  /** To choose from, the best first. */
  readonly names: readonly string[];
  /** The catalogue entry it is; absent for one that is described by its address. */
  readonly entry: ProviderEntry | undefined;
  /** Names of its pools in `auth.json`: `xiaomi`, `custom:local`. */
  readonly pools: readonly string[];
  /** The variables Hermes fills its pool from. */
  readonly variables: readonly string[];
  /** The block of theirs that describes it. */
  readonly described: Part | undefined;
}

/** What every part of translating needs. */
export interface HermesScene {
  readonly found: HermesFound;
  readonly catalogue: Catalogue;
  /** Our own config, which keeps its addresses. */
  readonly ours: Part;
}

/** What a block names; undefined after a remark that says why it is nothing. */
export function locate(scene: HermesScene, block: Part): Located | undefined {
  const { catalogue, found } = scene;
  const vendor = readVendor(scene, block);
  if (vendor === undefined) return undefined;
  const { id, ids, becomes, described } = vendor;
  const own = described === undefined ? catalogue.get(becomes.split('/')[0] ?? '') : undefined;
  const url = chooseUrl(found, block, { vendor, entry: own }) ?? own?.origins['openai-chat'];
  if (url === undefined) return found.remarks.add('custom-without-url', block, { id });
  // a block that gives no address says nothing of the protocol there
  const speaker = described ?? (block.text('base_url') === undefined ? undefined : block);
  const endpoint = toEndpoint(url, speaker?.text('api_mode', 'transport')?.toLowerCase());
  if (typeof endpoint === 'string')
    return found.remarks.add('base-url', block, { url: showUrl(url), reason: endpoint });
  const isThere = (one: ProviderEntry): boolean => !one.isKeyless && findSite(one, endpoint) !== undefined;
  const entry = own ?? catalogue.entries.find(isThere);
  const { baseUrl, protocol } = settle(entry, endpoint);
  const name = toName(id === 'custom' ? new URL(baseUrl).host : id);
  const names = entry === undefined ? [name] : [entry.name, name];
  const isServer = vendor.kind === 'server';
  const { variables = [] } = (isServer ? findVendor(entry?.name ?? '') : vendor) ?? {};
  return { baseUrl, protocol, names, entry, pools: isServer ? [] : ids, variables, described };
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
function readVendor({ found, catalogue }: HermesScene, block: Part): HermesVendor | undefined {
  const { remarks } = found;
  const id = block.text('provider')?.toLowerCase() ?? 'custom';
  const url = block.text('base_url');
  const vendor = findDescribed(found, id, url) ?? findVendor(id) ?? (url && { ...server, id });
  if (!vendor) return remarks.add('unknown-provider', block, { id });
  if (vendor.kind === 'nothing')
    return remarks.add('provider-not-carried', block, { id: vendor.id, reason: vendor.becomes });
  if (vendor.kind !== 'login') return vendor;
  const provider = catalogue.get(vendor.becomes)?.name;
  const what = `names ${vendor.id}, a login, and is left behind`;
  return remarks.add('login-again', block, { what, provider, first: `name a target of ${provider}, and ` });
}

/** Whatever stands at an address. */
const server = { kind: 'server', ids: [], becomes: '', variables: [], movedBy: '' } as const;

/** By name or by `custom:name`, where it is no id of Hermes's own; a server without a name is the one at the same address. */
function findDescribed(found: HermesFound, id: string, url: string | undefined): HermesVendor | undefined {
  const all = listDescribed(found);
  const vendor = findVendor(id);
  const isOwn = id !== 'custom' && vendor?.id === id;
  const [wanted, address] = [toPoolName(id), url?.replace(/\/+$/, '')];
  const named = isOwn ? undefined : all.find(({ ids }) => ids.some((one) => toPoolName(one) === wanted));
  const isServer = vendor === undefined || (vendor.kind === 'server' && vendor.becomes === '');
  if (named !== undefined || !isServer || !address) return named;
  return all.find(({ becomes }) => becomes.replace(/\/+$/, '') === address);
}

function toPoolName(id: string): string {
  return toName(id.replace(/^custom:/, ''));
}

/** What stands under `providers:` and the older `custom_providers:`. */
function listDescribed({ config }: HermesFound): readonly HermesVendor[] {
  const current = config.at('providers').entries();
  const older = config.at('custom_providers').items();
  const nameOf = (block: Part): string => block.text('name') ?? `custom-${Number(block.path[1]) + 1}`;
  const blocks = [...current, ...older.map((block) => [nameOf(block), block] as const)];
  return blocks
    .filter(([, block]) => block.isObject)
    .map(([id, described]) => {
      const shown = described.text('name') ?? id;
      const ids = [...new Set([shown.toLowerCase(), toName(shown), id])].map((pool) => `custom:${pool}`);
      const becomes = described.text('base_url', 'api', 'url') ?? '';
      return { kind: 'described', id, ids, becomes, variables: [], movedBy: '', described };
    });
}

/** The vendor's variable moves the main provider; elsewhere what the block says comes first. A key may belong to one site only. */
function chooseUrl(
  { variables, remarks }: HermesFound,
  block: Part,
  { vendor, entry }: { readonly vendor: HermesVendor; readonly entry: ProviderEntry | undefined },
): string | undefined {
  const said = block.text('base_url');
  const moved = variables.find(vendor.movedBy);
  if (moved !== undefined && (said === undefined || block.path[0] === 'model')) {
    const facts = { variable: moved.where, url: showUrl(moved.value) };
    if ((said ?? moved.value) !== moved.value) remarks.add('base-url-overruled', block.at('base_url'), facts);
    return moved.value;
  }
  if (entry === undefined) return said ?? (vendor.becomes || undefined);
  const sites = entry.alternativeOrigins ?? [];
  const [key] = vendor.variables.flatMap((variable) => variables.findKey(variable)?.value ?? []);
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
