/** Where a provider that Hermes names is, and what it is called here. Pure: the book of providers asks. */

import type { ProtocolName } from '../../model/protocol.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { type ImportedEndpoint, toEndpoint } from './endpoint.ts';

/** A provider's address as it will be written. */
export interface Address {
  /** Wished name; the book makes it unique. */
  readonly name: string;
  /** The catalogue entry it is; absent for one that is described by its address. */
  readonly entry?: ProviderEntry;
  readonly baseUrl: string;
  readonly protocol: ProtocolName;
  /** Whether `base_url` must be written: false where the entry says the same. */
  readonly isMoved: boolean;
}

export type Addressed =
  | { readonly isValid: true; readonly address: Address }
  | { readonly isValid: false; readonly reason: string };

/** A catalogue entry, at its own address or at `url`. */
export function addressOfEntry(
  entry: ProviderEntry,
  url: string | undefined,
  mode: string | undefined,
): Addressed {
  const own = entry.origins['openai-chat'];
  if (url === undefined) {
    return own === undefined
      ? { isValid: false, reason: `${entry.name} has no address of its own` }
      : toAddressed({ name: entry.name, entry, baseUrl: own, protocol: 'openai-chat', isMoved: false });
  }
  const endpoint = settleSite(entry, toEndpoint(url, mode));
  if (!endpoint.isValid) return endpoint;
  const { baseUrl, protocol } = endpoint;
  const isMoved = entry.origins[protocol] !== baseUrl || protocol !== 'openai-chat';
  return toAddressed({ name: entry.name, entry, baseUrl, protocol, isMoved });
}

/** A site of the vendor's that Hermes reaches by its Anthropic path is the same site by its OpenAI path. */
function settleSite(entry: ProviderEntry, endpoint: ImportedEndpoint): ImportedEndpoint {
  if (!endpoint.isValid) return endpoint;
  const sites = [entry.origins, ...(entry.alternativeOrigins ?? []).map(({ origins }) => origins)];
  const site = sites.find((origins) =>
    Object.values(origins).some(
      (baseUrl) => baseUrl === endpoint.baseUrl || baseUrl === `${endpoint.baseUrl}/v1`,
    ),
  );
  const baseUrl = site?.['openai-chat'];
  return baseUrl === undefined ? endpoint : { isValid: true, baseUrl, protocol: 'openai-chat' };
}

/** A server at an address: the catalogue entry that is there, or one described by name and address. */
export function addressOfServer(
  catalogue: Catalogue,
  server: { readonly name: string | undefined; readonly url: string; readonly mode: string | undefined },
): Addressed {
  const endpoint = toEndpoint(server.url, server.mode);
  if (!endpoint.isValid) return endpoint;
  const entry = catalogue.entries.find(
    (candidate) => candidate.keyRequired && isSiteOf(candidate, endpoint.baseUrl),
  );
  if (entry !== undefined) return addressOfEntry(entry, server.url, server.mode);
  const { baseUrl, protocol } = endpoint;
  const name = toName(server.name ?? new URL(baseUrl).host);
  return toAddressed({ name, baseUrl, protocol, isMoved: true });
}

function isSiteOf(entry: ProviderEntry, baseUrl: string): boolean {
  const sites = [entry.origins, ...(entry.alternativeOrigins ?? []).map(({ origins }) => origins)];
  return sites.some((origins) => Object.values(origins).includes(baseUrl));
}

function toAddressed(address: Address): Addressed {
  return { isValid: true, address };
}

/** A name as `provider/model` takes it: `Local (localhost:8080)` becomes `local-localhost-8080`. */
export function toName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'imported' : name;
}
