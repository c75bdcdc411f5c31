/**
 * Resolves one provider: its catalogue entry as changed by config, and the targets of its models.
 */

import type { Typo } from '../../errors.ts';
import { defaults } from '../../model/defaults.ts';
import { protocolNames } from '../../model/protocol.ts';
import { catalogue } from '../../providers/builtin.ts';
import { custom } from '../../providers/entries/custom.ts';
import type { Origins, ProviderEntry } from '../../providers/entry.ts';
import { findUnfilled } from '../../providers/parts.ts';
import { hasOrigin, hasSeveralHosts } from '../../providers/sites.ts';
import type { ResolvedProvider } from '../resolved/resolved.ts';
import { askAbout, findTypo } from '../schema/nearest.ts';
import type { KeyPath, ProviderSettings } from '../schema/schema.ts';
import { valueAtPath } from '../schema/values.ts';
import { createTarget } from './create-target.ts';
import { checkAddress, resolveAdded } from './resolve-added.ts';
import type { ResolveContext } from './resolve-context.ts';
import {
  bindDrafts,
  type CredentialDraft,
  type DraftProvider,
  listDrafts,
} from './resolve-credentials.ts';
import { resolveOAuth } from './resolve-oauth.ts';
import {
  chooseEndpoint,
  configuredOrigins,
  findSite,
  originsOfSoftware,
  type ProviderAddress,
} from './resolve-origins.ts';
import { complainOfPart, fillEntry } from './resolve-parts.ts';

/** `namedAt` is the first place that names the provider. Undefined after a problem. */
export function resolveProvider(
  context: ResolveContext,
  name: string,
  namedAt: KeyPath,
): ResolvedProvider | undefined {
  const settings = context.settings.providers?.[name] ?? {};
  const path = context.settings.providers?.[name] === undefined ? namedAt : ['providers', name];
  const entry = findEntry(context, { name, namedAt, settings, path });
  if (entry === undefined) return undefined;
  const configured = configuredOrigins(context, settings, { entry, path });
  const keyVariables = variablesOfEntry(entry, Object.values(configured ?? entry.origins));
  const provider = { name, entry, settings, path, keyVariables };
  const drafts = listDrafts(context, provider);
  const moved = adoptOrigins(drafts, { entry, configured });
  const origins = configured ?? moved ?? entry.origins;
  const endpoint = chooseEndpoint(origins, settings.protocol);
  if (endpoint === undefined) return complainOfEndpoint(context, provider, configured);
  if (findUnfilled(endpoint.baseUrl)) return complainOfPart(context, provider, endpoint);
  const others = listOthers(provider, endpoint, origins);
  const credentials = bindDrafts(context, drafts, {
    origins: [...new Set([endpoint, ...others].map(({ origin }) => origin))],
    entry,
    unbound:
      moved === undefined ? undefined : chooseEndpoint(entry.origins, settings.protocol)?.origin,
  });
  const keyRequired = settings.auth !== 'none' && !entry.isKeyless;
  const added = resolveAdded(context, settings, path);
  checkAddress(context, { entry, settings, path, isMoved: moved !== undefined, endpoint });
  const own = { provider: name, pool: name, entry, settings };
  const shape = { ...own, endpoint, others, keyRequired, added };
  return {
    name,
    entry,
    credentials,
    selection: settings.selection ?? defaults.selection,
    keyVariables,
    movedBy: nameMover(moved, drafts),
    ignoredSources: settings.ignore_sources,
    oauth: resolveOAuth(context, settings.oauth, [...path, 'oauth']),
    targetFor: (model) => createTarget(context, shape, model),
  };
}

interface NamedProvider extends Pick<DraftProvider, 'name' | 'settings' | 'path'> {
  readonly namedAt: KeyPath;
}

/** Its addresses are whole, unless nothing names a part of them. */
function findEntry(context: ResolveContext, named: NamedProvider): ProviderEntry | undefined {
  const entry = catalogue.get(named.name) ?? complainOfUnknown(context, named);
  return entry && fillEntry(context, entry, named);
}

function complainOfUnknown(
  context: ResolveContext,
  { name, namedAt, settings }: NamedProvider,
): ProviderEntry | undefined {
  const lacking = listLacking(settings);
  if (lacking.length === 0) return { ...custom, name, title: name };
  const known = [
    ...catalogue.names,
    ...Object.keys(context.settings.providers ?? {}).filter((other) => other !== name),
  ];
  const typo =
    findSwapped(valueAtPath(context.settings, namedAt), known) ??
    findTypo(namedAt[0] === 'providers' ? 'key' : 'value', name, known);
  const meant = askAbout(typo);
  const near = meant === undefined ? '' : `, or ${meant}`;
  if (lacking.length === 2) {
    const fix =
      meant === undefined
        ? `give providers.${name} a base_url (https://host/v1) and a protocol (${protocolNames.join(', ')})`
        : `${meant} Or give providers.${name} a base_url and a protocol`;
    context.findings.problem(namedAt, `unknown provider ${name}`, { fix, typo });
  } else if (lacking[0] === 'base_url') {
    const fix = `add base_url: https://host/v1${near}`;
    context.findings.problem(namedAt, `${name} has a protocol but no base_url`, fix);
  } else {
    const fix = `add protocol: openai-chat (or ${protocolNames.slice(1).join(', ')})${near}`;
    const lacks = { protocol: 'openai-chat' };
    context.findings.problem(namedAt, `${name} has a base_url but no protocol`, { fix, lacks });
  }
  return undefined;
}

/** A model before its provider. */
function findSwapped(written: unknown, known: readonly string[]): Typo | undefined {
  if (typeof written !== 'string') return undefined;
  const [, model, provider = ''] = /^([^/]+)\/([^/]+)$/.exec(written) ?? [];
  return known.includes(provider)
    ? { of: 'value', written, meant: `${provider}/${model}` }
    : undefined;
}

/** Lists required fields that a provider outside the catalogue lacks. */
function listLacking(settings: ProviderSettings): readonly ('base_url' | 'protocol')[] {
  if (settings.base_urls !== undefined) return [];
  return (['base_url', 'protocol'] as const).filter((field) => settings[field] === undefined);
}

/**
 * The vendor's key variables. Those of another site count only if the provider is configured for
 * that site.
 */
function variablesOfEntry(entry: ProviderEntry, baseUrls: readonly string[]): readonly string[] {
  const origins = baseUrls.map((baseUrl) => new URL(baseUrl).origin);
  const ofSites = (entry.alternativeOrigins ?? [])
    .filter((site) => origins.some((origin) => hasOrigin(site.origins, origin)))
    .flatMap((site) => site.keyVariables ?? []);
  return [...new Set([...ofSites, ...entry.keyVariables])];
}

/** Only a variable has a name; a stored key tells where it was added. */
function nameMover(
  moved: Origins | undefined,
  [first]: readonly CredentialDraft[],
): string | undefined {
  const { because = '' } = (moved && first?.boundTo) ?? {};
  return /^[A-Z][A-Z0-9_]*$/.test(because) ? because : undefined;
}

/**
 * If config names no base URL, the first key may move the provider to the site that the key belongs
 * to.
 */
function adoptOrigins(
  drafts: readonly CredentialDraft[],
  {
    entry,
    configured,
  }: { readonly entry: ProviderEntry; readonly configured: Origins | undefined },
): Origins | undefined {
  const origin = drafts[0]?.boundTo?.origin;
  if (configured !== undefined || origin === undefined) return undefined;
  if (hasSeveralHosts(entry.origins) && hasOrigin(entry.origins, origin)) return undefined;
  const known = [
    ...drafts.flatMap(({ boundTo }) => boundTo?.origins ?? []),
    ...(entry.alternativeOrigins ?? []).map(({ origins }) => origins),
  ];
  return known.find((origins) => hasOrigin(origins, origin));
}

/**
 * Lists the provider's other protocols; empty if config names one. A base URL of a known site adds
 * the protocols of that site at the same origin.
 */
function listOthers(
  { entry, settings }: DraftProvider,
  endpoint: ProviderAddress,
  origins: Origins,
): readonly ProviderAddress[] {
  if (settings.protocol !== undefined) return [];
  const site =
    settings.base_url === undefined
      ? origins
      : { ...originsOfSoftware(entry, endpoint), ...findSite(entry, endpoint) };
  return protocolNames.flatMap((protocol) => {
    const other = protocol === endpoint.protocol ? undefined : chooseEndpoint(site, protocol);
    const isSafe = settings.base_url === undefined || other?.origin === endpoint.origin;
    return other === undefined || !isSafe ? [] : [other];
  });
}

/** Skips a base URL that was refused, since that problem is already reported. */
function complainOfEndpoint(
  context: ResolveContext,
  { name, entry, settings, path }: DraftProvider,
  configured: Origins | undefined,
): undefined {
  if (configured !== undefined && Object.keys(configured).length === 0) return;
  const spoken = Object.keys(configured ?? entry.origins);
  if (spoken.length === 0) {
    context.findings.problem(
      path,
      `${name} has no base URL`,
      `write providers.${name}.base_url: https://host/v1`,
    );
    return;
  }
  context.findings.problem(
    [...path, 'protocol'],
    `${name} does not speak ${settings.protocol}`,
    `write one of ${spoken.join(', ')}, or add a base_url`,
  );
}
