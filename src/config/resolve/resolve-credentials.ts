/**
 * Lists a provider's credentials in order of use (law 3): those in config, then stored ones, then
 * the vendor's known variables.
 */

import { basename } from 'node:path';
import { shellLine } from '../../host/shell-line.ts';
import type { Credential } from '../../model/credential.ts';
import { defaults } from '../../model/defaults.ts';
import type { Fix } from '../../model/fix.ts';
import type { Origins, ProviderEntry } from '../../providers/entry.ts';
import { hasSeveralHosts, isOneSite } from '../../providers/sites.ts';
import type { StoredKey, StoredLogin } from '../files/credentials-file.ts';
import { toLimits } from '../schema/budget-schema.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import type { CredentialSettings, KeyPath, ProviderSettings } from '../schema/schema.ts';
import { type LookupPlace, locationOf, lookupIn, type ResolveContext } from './resolve-context.ts';
import { resolveSource, toLocator } from './resolve-locator.ts';
import { readVariableOrigin } from './resolve-origins.ts';

/** A credential that is not yet bound to an origin. */
export interface CredentialDraft {
  readonly credential: Omit<Credential, 'origin'>;
  /** Set if the key belongs to one place, wherever the provider is. */
  readonly boundTo?: Binding;
}

/** The only place to which a key may be sent, and the reason. */
export interface Binding {
  readonly origin: string;
  /** Base URLs of that place, if known. */
  readonly origins?: Origins;
  /** Explains it in messages: `XIAOMI_BASE_URL`, `where it was added`. */
  readonly because: string;
  readonly fix?: Fix;
}

export interface DraftProvider {
  readonly name: string;
  readonly entry: ProviderEntry;
  readonly settings: ProviderSettings;
  readonly path: KeyPath;
  readonly keyVariables: readonly string[];
}

export function listDrafts(
  context: ResolveContext,
  provider: DraftProvider,
): readonly CredentialDraft[] {
  if (provider.settings.auth === 'none') return [];
  const configured = listConfigured(context, provider);
  const named = new Set(
    configured.flatMap(({ credential: { locator } }) =>
      locator.kind === 'variable' && locator.file === undefined ? [locator.variable] : [],
    ),
  );
  const variables = provider.keyVariables.filter((variable) => !named.has(variable));
  const bySource: Readonly<Record<string, readonly CredentialDraft[]>> = {
    config: configured,
    stored: listStored(context, provider),
    dotenv: draftKnown(context, provider, { variables, place: 'dotenv' }),
    env: draftKnown(context, provider, { variables, place: 'env' }),
  };
  const order = new Set([...(context.settings.precedence ?? []), ...defaults.precedence]);
  return [...order].flatMap((source) => bySource[source] ?? []);
}

function listConfigured(
  context: ResolveContext,
  provider: DraftProvider,
): readonly CredentialDraft[] {
  const { settings, path } = provider;
  const several = (settings.credentials ?? []).flatMap((credential, index) =>
    listEntry(context, provider, { credential, index }),
  );
  checkLabels(context, provider);
  if (settings.api_key === undefined) return several;
  const locator = toLocator(settings.api_key);
  const location = locationOf(context.document, [...path, 'api_key']);
  return [draftCredential(provider, 'config', { label: 'config', locator, location }), ...several];
}

interface KeyFacts extends Omit<Credential, 'id' | 'provider' | 'source' | 'origin'> {
  readonly tag?: string | undefined;
}

/** Builds the draft's id from provider and source, plus `tag` if one source has several. */
function draftCredential(
  { name }: Pick<DraftProvider, 'name'>,
  source: Credential['source'],
  { tag, ...credential }: KeyFacts,
): CredentialDraft {
  const id = tag === undefined ? `${name}:${source}` : `${name}:${source}:${tag}`;
  return { credential: { id, provider: name, source, ...credential } };
}

/** Default label: `key-1` for the first entry. */
function labelOfCredential(settings: CredentialSettings, index: number): string {
  return settings.label ?? `key-${index + 1}`;
}

/** Creates the credential of one entry under `credentials:`; undefined after a problem. */
function listEntry(
  context: ResolveContext,
  provider: DraftProvider,
  { credential, index }: { readonly credential: CredentialSettings; readonly index: number },
): readonly CredentialDraft[] {
  const path = [...provider.path, 'credentials', index];
  const named = resolveSource(context, credential, path);
  if (named === undefined) return [];
  const { source, locator } = named;
  const label = labelOfCredential(credential, index);
  const tag = label === 'config' ? undefined : label;
  const { account, models, budget, fallback } = credential;
  const location = locationOf(context.document, path);
  const setBy = `${formatKeyPath(path)}.budget`;
  const budgets = budget && toLimits(budget, { of: `the key ${label} of ${provider.name}`, setBy });
  return [
    draftCredential(provider, source, {
      tag,
      label,
      locator,
      account,
      models,
      location,
      budgets,
      fallback,
    }),
  ];
}

function checkLabels({ findings }: ResolveContext, { settings, path }: DraftProvider): void {
  const seen = new Set(settings.api_key === undefined ? [] : ['config']);
  for (const [index, credential] of (settings.credentials ?? []).entries()) {
    const label = labelOfCredential(credential, index);
    const place = [...path, 'credentials', index, 'label'];
    if (seen.has(label))
      findings.problem(place, `two credentials are labelled ${label}`, 'give each its own label');
    seen.add(label);
  }
}

/**
 * Lists the keys of `auth add`, then the logins of `auth login`, each bound to the place it was
 * given for (law 12). A login has a limit group of its own, since its token changes.
 */
function listStored(
  { stored }: ResolveContext,
  provider: DraftProvider,
): readonly CredentialDraft[] {
  const { name, settings, entry } = provider;
  if (settings.ignore_sources?.includes('stored')) return [];
  const isOwn = (one: StoredKey | StoredLogin): boolean => one.provider === name;
  const keys = stored.keys.filter(isOwn).map(({ id: tag, label, origin, account, copiedFrom }) => {
    const addedFor = hasSeveralHosts(entry.origins) ? { addedFor: origin } : {};
    const locator = { kind: 'stored', id: tag, copiedFrom, ...addedFor } as const;
    const draft = draftCredential(provider, 'stored', { tag, label, locator, account });
    const command = shellLine`holdfast auth test ${draft.credential.id} --accept-origin`;
    const fix = { text: 'allow it', command };
    return { ...draft, boundTo: { origin, because: 'where it was added', fix } };
  });
  const logins = stored.logins.filter(isOwn).map(({ id: tag, label, origin, ...login }) => {
    const { account = `${name}:oauth:${tag}` } = login;
    const locator = { kind: 'oauth', id: tag } as const;
    const draft = draftCredential(provider, 'oauth', { tag, label, locator, account });
    const fix = { text: 'log in again', command: shellLine`holdfast auth login ${name}` };
    return { ...draft, boundTo: { origin, because: 'where it was given', fix } };
  });
  return [...keys, ...logins];
}

/** The vendor's known variables that are set in one place. */
function draftKnown(
  context: ResolveContext,
  provider: DraftProvider,
  { variables, place }: { readonly variables: readonly string[]; readonly place: LookupPlace },
): readonly CredentialDraft[] {
  if (provider.settings.ignore_sources?.includes(place)) return [];
  return variables
    .filter((variable) => lookupIn(place, context.places, variable) !== undefined)
    .map((variable) => {
      const locator = { kind: 'variable', variable, places: [place] } as const;
      const draft = draftCredential(provider, place, { tag: variable, label: variable, locator });
      const moved = readVariableOrigin(context, provider.entry, { variable, place });
      return moved === undefined
        ? draft
        : { ...draft, boundTo: { ...moved, because: moved.variable } };
    });
}

export interface PlacesOfProvider {
  readonly entry: ProviderEntry;
  /** Origins of all its protocols, the default protocol's first. */
  readonly origins: readonly string[];
  /** Unbound keys go there if another key has moved the provider. Default: all its origins. */
  readonly unbound: string | undefined;
}

/**
 * Binds drafts to the origins of their provider; drops those that belong elsewhere, with a warning.
 * A key for two origins becomes two credentials, since their health differs.
 */
export function bindDrafts(
  context: ResolveContext,
  drafts: readonly CredentialDraft[],
  { entry, origins, unbound }: PlacesOfProvider,
): readonly Credential[] {
  return drafts.flatMap(({ credential, boundTo }) => {
    const allowed = boundTo?.origin ?? unbound;
    const [first, ...rest] = origins.filter(
      (origin) => allowed === undefined || origin === allowed || isOneSite(entry, allowed, origin),
    );
    if (first !== undefined)
      return [
        { ...credential, origin: first },
        ...rest.map((origin) => copyTo(credential, origin)),
      ];
    const because = boundTo === undefined ? '' : ` (${boundTo.because})`;
    const whose = `${credential.label} of ${nameSource(context, credential.source)}`;
    context.findings.warn(
      'key-bound-elsewhere',
      `${whose} belongs to ${allowed}${because} and is not sent to ${origins[0]}`,
      boundTo?.fix,
    );
    return [];
  });
}

function copyTo(credential: Omit<Credential, 'origin'>, origin: string): Credential {
  return { ...credential, id: `${credential.id}@${new URL(origin).host}`, origin };
}

function nameSource({ places }: ResolveContext, source: Credential['source']): string {
  if (source === 'dotenv') return basename(places.dotenv.path);
  if (source === 'oauth') return 'the logins';
  return source === 'stored' ? 'the stored keys' : 'the environment';
}
