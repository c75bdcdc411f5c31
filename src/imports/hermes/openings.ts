/** From a block that names a provider in Hermes's words to the address, pools and variables it means. The book of providers asks. */

import { assertNever } from '../../errors.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import { type Address, type Addressed, addressOfEntry, addressOfServer, toName } from './addresses.ts';
import { listNamed, modeOf, type NamedProvider } from './named-providers.ts';
import type { HermesFound } from './read-files.ts';
import { insteadOfLogin, placeOf, type Remarks, showUrl } from './remarks.ts';
import { findVendor, type HermesVendor } from './vendors.ts';
import type { Naming } from './wire.ts';

/** All that a provider is made from. */
export interface Opening {
  readonly address: Address;
  /** Names of its pools in `auth.json`: `xiaomi`, `custom:local`. */
  readonly pools: readonly string[];
  /** The variables Hermes fills its pool from. */
  readonly variables: readonly string[];
  /** For targets that name no model. */
  readonly defaultModel?: string | undefined;
  /** A name of its own, for a second address of one entry. */
  readonly id: string;
  /** The provider of theirs that describes it. */
  readonly named?: NamedProvider;
}

export interface OpeningScene {
  readonly found: HermesFound;
  readonly catalogue: Catalogue;
  readonly remarks: Remarks;
}

/** What a block names; undefined after a remark that says why it is nothing. */
export function findOpening(scene: OpeningScene, wish: Naming): Opening | undefined {
  const id = (wish.block.provider ?? 'custom').trim().toLowerCase();
  const named = findNamed(scene, id);
  if (named !== undefined) return resolveNamed(scene, wish, named);
  const vendor = findVendor(id);
  if (vendor !== undefined) return resolveVendor(scene, wish, vendor);
  if (wish.block.base_url !== undefined) return resolveServer(scene, wish, { id, provider: undefined });
  return refuse(scene, wish, {
    code: 'unknown-provider',
    text: `names the provider ${id}, which is unknown here and described nowhere`,
  });
}

/** A named provider of theirs, by name or by `custom:name`; one of their own ids is never shadowed by it. */
function findNamed({ found }: OpeningScene, id: string): NamedProvider | undefined {
  const wanted = id.replace(/^custom:/, '');
  if (wanted === id && findVendor(id)?.ids[0] === id && id !== 'custom') return undefined;
  return listNamed(found).find(({ name, block }) =>
    [name, block.name ?? name].some(
      (text) => text.toLowerCase() === wanted || toName(text) === toName(wanted),
    ),
  );
}

function resolveNamed(scene: OpeningScene, wish: Naming, named: NamedProvider): Opening | undefined {
  const { block, name } = named;
  const url = wish.block.base_url ?? block.base_url ?? block.api ?? block.url;
  if (url === undefined) return refuseMissingUrl(scene, wish, name);
  const addressed = addressOfServer(scene.catalogue, { name, url, mode: modeOf(block) });
  const address = accept(scene, wish, { addressed, url });
  if (address === undefined) return undefined;
  const shown = block.name ?? name;
  const key = toName(shown);
  const pools = [...new Set([`custom:${shown.toLowerCase()}`, `custom:${key}`, `custom:${name}`])];
  const defaultModel = block.default_model ?? block.model;
  return { address, pools, variables: [], id: key, defaultModel, named };
}

function resolveVendor(scene: OpeningScene, wish: Naming, vendor: HermesVendor): Opening | undefined {
  const { becomes, ids } = vendor;
  const [id = ''] = ids;
  switch (becomes.kind) {
    case 'nothing':
      return refuse(scene, wish, {
        code: 'provider-not-carried',
        text: `${id} has no equivalent here: ${becomes.because}`,
      });
    case 'login':
      return refuseLogin(scene, wish, { id, provider: becomes.provider });
    case 'server':
      return resolveServer(scene, wish, { id, provider: becomes.provider });
    case 'entry':
    case 'described':
      return resolveKnown(scene, wish, vendor);
    default:
      return assertNever(becomes);
  }
}

function resolveKnown(scene: OpeningScene, wish: Naming, vendor: HermesVendor): Opening | undefined {
  const { becomes, ids, variables } = vendor;
  const [id = ''] = ids;
  const url = chooseUrl(scene, wish, vendor);
  const mode = wish.block.base_url === undefined ? undefined : modeOf(wish.block);
  const entry = becomes.kind === 'entry' ? scene.catalogue.get(becomes.provider) : undefined;
  const addressed =
    entry === undefined
      ? addressOfServer(scene.catalogue, { name: id, url: url ?? '', mode })
      : addressOfEntry(entry, url, mode);
  const address = accept(scene, wish, { addressed, url: url ?? '' });
  return address === undefined ? undefined : { address, pools: ids, variables, id };
}

/** The vendor's variable moves the main provider; elsewhere what the block says comes first. A key may belong to one site only. */
function chooseUrl(scene: OpeningScene, wish: Naming, vendor: HermesVendor): string | undefined {
  const { block, path } = wish;
  const moved = readMoving(scene, vendor);
  if (moved !== undefined && (block.base_url === undefined || path[0] === 'model')) {
    if (block.base_url !== undefined && block.base_url !== moved.value) {
      const text = `is overruled by ${moved.where}, in Hermes and in what is written here: keys go to ${showUrl(moved.value)}`;
      const where = placeOf(scene.found.document, [...path, 'base_url']);
      scene.remarks.add({ kind: 'note', code: 'base-url-overruled', where, text });
    }
    return moved.value;
  }
  return block.base_url ?? ownUrl(scene, vendor);
}

function readMoving({ found }: OpeningScene, { baseUrlVariable }: HermesVendor) {
  const finding = baseUrlVariable === undefined ? undefined : found.variables.find(baseUrlVariable);
  return finding?.state === 'found' ? finding.setting : undefined;
}

function ownUrl(scene: OpeningScene, { becomes, variables }: HermesVendor): string | undefined {
  if (becomes.kind === 'described') return becomes.baseUrl;
  if (becomes.kind !== 'entry') return undefined;
  return siteOfKey(scene, becomes.provider, variables) ?? becomes.baseUrl;
}

/** The only site whose keys begin as this one does: Kimi Code's `sk-kimi-`. */
function siteOfKey(
  { found, catalogue }: OpeningScene,
  provider: string,
  variables: readonly string[],
): string | undefined {
  const [first] = variables
    .map((variable) => found.variables.find(variable))
    .flatMap((finding) => (finding.state === 'found' ? [finding.setting.value] : []));
  const sites = (catalogue.get(provider)?.alternativeOrigins ?? []).filter(({ keyPrefixes }) =>
    keyPrefixes?.some((prefix) => first?.startsWith(prefix)),
  );
  const [site] = sites;
  return sites.length === 1 ? site?.origins['openai-chat'] : undefined;
}

/** A server at an address; for the kinds we know, their usual one. */
function resolveServer(
  scene: OpeningScene,
  wish: Naming,
  server: { readonly id: string; readonly provider: string | undefined },
): Opening | undefined {
  const url = wish.block.base_url;
  const entry = server.provider === undefined ? undefined : scene.catalogue.get(server.provider);
  if (entry !== undefined) {
    const addressed = addressOfEntry(entry, url, modeOf(wish.block));
    return openServer(accept(scene, wish, { addressed, url: url ?? '' }));
  }
  if (url === undefined) return refuseMissingUrl(scene, wish, server.id);
  const named = findNamedAt(scene, url);
  if (named !== undefined) return resolveNamed(scene, wish, named);
  const name = server.id === 'custom' ? undefined : server.id;
  const addressed = addressOfServer(scene.catalogue, { name, url, mode: modeOf(wish.block) });
  return openServer(accept(scene, wish, { addressed, url }));
}

function openServer(address: Address | undefined): Opening | undefined {
  if (address === undefined) return undefined;
  const vendor = findVendor(address.entry?.name ?? '');
  return { address, pools: [], variables: vendor?.variables ?? [], id: address.name };
}

/** A server without a name is the named one at the same address. */
function findNamedAt({ found }: OpeningScene, url: string): NamedProvider | undefined {
  const plain = (text: string | undefined): string | undefined => text?.replace(/\/+$/, '');
  return listNamed(found).find(({ block }) => plain(block.base_url ?? block.api ?? block.url) === plain(url));
}

function accept(
  scene: OpeningScene,
  wish: Naming,
  { addressed, url }: { readonly addressed: Addressed; readonly url: string },
): Address | undefined {
  if (addressed.isValid) return addressed.address;
  return refuse(scene, wish, {
    code: 'base-url',
    text: `leads nowhere (${showUrl(url)}): ${addressed.reason}`,
  });
}

function refuse(
  { found, remarks }: OpeningScene,
  { path }: Naming,
  said: { readonly code: string; readonly text: string },
): undefined {
  remarks.add({ kind: 'not-carried', where: placeOf(found.document, path), ...said });
}

function refuseMissingUrl({ found, remarks }: OpeningScene, { path }: Naming, id: string): undefined {
  remarks.add({
    kind: 'seen',
    code: 'custom-without-url',
    where: placeOf(found.document, path),
    text: `names ${id} without a base_url. Hermes sends such requests to another vendor; here it is left behind`,
    howToFix: 'write its base_url there and import again',
  });
}

function refuseLogin(
  { found, remarks }: OpeningScene,
  { path }: Naming,
  { id, provider }: { readonly id: string; readonly provider: string | undefined },
): undefined {
  const said = {
    code: 'login-again',
    where: placeOf(found.document, path),
    text: `names ${id}, a login; its tokens and targets are not carried over`,
  };
  if (provider === undefined) remarks.add({ kind: 'not-carried', ...said });
  else
    remarks.add({
      kind: 'problem',
      ...said,
      howToFix: `name a target of ${provider}, and ${insteadOfLogin(provider)}`,
    });
}
