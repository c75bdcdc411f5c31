/** A provider's credentials in order of use (law 3): what config names, then the vendor's known variables. */

import type { Credential } from '../../model/credential.ts';
import { defaults } from '../../model/defaults.ts';
import type { Origins, ProviderEntry } from '../../providers/entry.ts';
import type { StoredKey } from '../files/credentials-file.ts';
import type { CredentialSettings, KeyPath, ProviderSettings } from '../schema/schema.ts';
import { fileName, locationOf, type ResolveContext } from './resolve-context.ts';
import { type NamedSource, resolveSource, toLocator } from './resolve-locator.ts';
import { readVariableOrigin } from './resolve-origins.ts';

/** A credential that is not yet bound to an origin. */
export interface Candidate {
  readonly credential: Omit<Credential, 'origin'>;
  /** Set when the key belongs to one place, whatever the provider's is. */
  readonly boundTo?: Binding;
}

/** The only place a key may be sent to, and what ties it there. */
export interface Binding {
  readonly origin: string;
  /** Base URLs there, where they are known. */
  readonly origins?: Origins;
  /** For people: `XIAOMI_BASE_URL`, `where it was added`. */
  readonly because: string;
  readonly howToFix?: string;
}

export interface CandidateProvider {
  readonly name: string;
  readonly entry: ProviderEntry;
  readonly settings: ProviderSettings;
  readonly path: KeyPath;
  /** The vendor's variables that fit the configured site. */
  readonly keyVariables: readonly string[];
}

/** Every credential of a provider, in order of use. */
export function listCandidates(context: ResolveContext, provider: CandidateProvider): readonly Candidate[] {
  if (provider.settings.auth === 'none') return [];
  const configured = listConfigured(context, provider);
  const named = new Set(
    configured.flatMap(({ credential: { locator } }) =>
      locator.kind === 'variable' && locator.file === undefined ? [locator.variable] : [],
    ),
  );
  const variables = provider.keyVariables.filter((variable) => !named.has(variable));
  const bySource: Readonly<Record<string, readonly Candidate[]>> = {
    config: configured,
    stored: [...listStored(context, provider), ...listLogins(context, provider)],
    dotenv: listKnown(context, provider, { variables, place: 'dotenv' }),
    env: listKnown(context, provider, { variables, place: 'env' }),
  };
  const order = new Set([...(context.settings.precedence ?? []), ...defaults.precedence]);
  return [...order].flatMap((source) => bySource[source] ?? []);
}

function listConfigured(context: ResolveContext, provider: CandidateProvider): readonly Candidate[] {
  const { settings, name, path } = provider;
  const key = settings.api_key;
  const place = { name, label: 'config', path: [...path, 'api_key'] };
  const single =
    key === undefined
      ? []
      : [createConfigured(context, place, { source: 'config', locator: toLocator(key) })];
  const several = (settings.credentials ?? []).flatMap((credential, index) =>
    listEntry(context, credential, { name, index, path: [...path, 'credentials', index] }),
  );
  checkLabels(context, provider);
  return [...single, ...several];
}

/** `key-1` for the first entry without a label of its own. */
function labelOf(settings: CredentialSettings, index: number): string {
  return settings.label ?? `key-${index + 1}`;
}

/** The credential of one entry under `credentials:`; none after a problem. */
function listEntry(
  context: ResolveContext,
  settings: CredentialSettings,
  { name, index, path }: { readonly name: string; readonly index: number; readonly path: KeyPath },
): readonly Candidate[] {
  const named = resolveSource(context, settings, path);
  if (named === undefined) return [];
  const label = labelOf(settings, index);
  const { credential } = createConfigured(context, { name, label, path }, named);
  const { account, models } = settings;
  return [
    {
      credential: {
        ...credential,
        ...(account === undefined ? {} : { account }),
        ...(models === undefined ? {} : { models }),
      },
    },
  ];
}

function createConfigured(
  context: ResolveContext,
  key: { readonly name: string; readonly label: string; readonly path: KeyPath },
  { source, locator }: NamedSource,
): Candidate {
  const suffix = key.label === 'config' ? '' : `:${key.label}`;
  return {
    credential: {
      id: `${key.name}:${source}${suffix}`,
      provider: key.name,
      label: key.label,
      source,
      locator,
      ...locationOf(context.document, key.path),
    },
  };
}

function checkLabels({ findings }: ResolveContext, { settings, path }: CandidateProvider): void {
  const seen = new Set(settings.api_key === undefined ? [] : ['config']);
  for (const [index, credential] of (settings.credentials ?? []).entries()) {
    const label = labelOf(credential, index);
    const message = `two credentials are labelled ${label}`;
    if (seen.has(label))
      findings.problem([...path, 'credentials', index, 'label'], message, 'give each its own label');
    seen.add(label);
  }
}

/** The keys that `auth add` stored for this provider, each bound to where it was added (law 12). */
function listStored(context: ResolveContext, provider: CandidateProvider): readonly Candidate[] {
  if (provider.settings.ignore_sources?.includes('stored')) return [];
  return context.stored.keys.filter((key) => key.provider === provider.name).map(toStored);
}

function toStored({ id, provider, label, origin, account }: StoredKey): Candidate {
  const credentialId = `${provider}:stored:${id}`;
  return {
    credential: {
      id: credentialId,
      provider,
      label,
      source: 'stored',
      locator: { kind: 'stored', id },
      ...(account === undefined ? {} : { account }),
    },
    boundTo: {
      origin,
      because: 'where it was added',
      howToFix: `holdfast auth test ${credentialId} --accept-origin`,
    },
  };
}

/** The logins of `auth login`, behind the stored keys; their limits are counted whatever token they have. */
function listLogins(context: ResolveContext, provider: CandidateProvider): readonly Candidate[] {
  if (provider.settings.ignore_sources?.includes('stored')) return [];
  const logins = context.stored.logins.filter((login) => login.provider === provider.name);
  return logins.map(({ id, provider: name, label, origin, account }) => {
    const credentialId = `${name}:oauth:${id}`;
    return {
      credential: {
        id: credentialId,
        provider: name,
        label,
        source: 'oauth',
        locator: { kind: 'oauth', id },
        account: account ?? credentialId,
      },
      boundTo: {
        origin,
        because: 'where it was given',
        howToFix: `holdfast auth login ${name}`,
      },
    };
  });
}

/** The vendor's known variables that are set in one place. */
function listKnown(
  context: ResolveContext,
  provider: CandidateProvider,
  wanted: { readonly variables: readonly string[]; readonly place: 'dotenv' | 'env' },
): readonly Candidate[] {
  const { place } = wanted;
  if (provider.settings.ignore_sources?.includes(place)) return [];
  return wanted.variables
    .filter((variable) => isSet(context, variable, place))
    .map((variable) => {
      const credential = {
        id: `${provider.name}:${place}:${variable}`,
        provider: provider.name,
        label: variable,
        source: place,
        locator: { kind: 'variable', variable, places: [place] },
      } as const;
      const moved = readVariableOrigin(context, provider.entry, { variable, place });
      return moved === undefined
        ? { credential }
        : { credential, boundTo: { ...moved, because: moved.variable } };
    });
}

function isSet({ places }: ResolveContext, variable: string, place: 'dotenv' | 'env'): boolean {
  const found = place === 'dotenv' ? places.dotenv.lookup(variable)?.value : places.environment.get(variable);
  return found !== undefined;
}

/** Where a provider is asked. */
export interface PlacesOfProvider {
  /** The origins of all its protocols, that of the one it is asked in by default first. */
  readonly origins: readonly string[];
  /** Where keys go that nothing ties to a place, when another key has moved the provider. Default: all its origins. */
  readonly unbound: string | undefined;
}

/**
 * Binds candidates to the origins of their provider; those that belong elsewhere are left out, with a warning. A key for
 * two origins is two credentials: what one origin says of it is not true of the other.
 */
export function bindCandidates(
  context: ResolveContext,
  candidates: readonly Candidate[],
  { origins, unbound }: PlacesOfProvider,
): readonly Credential[] {
  return candidates.flatMap(({ credential, boundTo }) => {
    const allowed = boundTo?.origin ?? unbound;
    const [first, ...rest] = origins.filter((origin) => allowed === undefined || origin === allowed);
    if (first !== undefined)
      return [{ ...credential, origin: first }, ...rest.map((origin) => copyTo(credential, origin))];
    context.findings.warn(
      'key-bound-elsewhere',
      describeBinding(context, credential, { allowed: allowed ?? '', boundTo, to: origins[0] ?? '' }),
    );
    return [];
  });
}

function copyTo(credential: Omit<Credential, 'origin'>, origin: string): Credential {
  return { ...credential, id: `${credential.id}@${new URL(origin).host}`, origin };
}

function describeBinding(
  context: ResolveContext,
  { label, source }: Omit<Credential, 'origin'>,
  {
    allowed,
    boundTo,
    to,
  }: { readonly allowed: string; readonly boundTo: Binding | undefined; readonly to: string },
): string {
  const because = boundTo === undefined ? '' : ` (${boundTo.because})`;
  const fix = boundTo?.howToFix === undefined ? '' : `; to allow it: ${boundTo.howToFix}`;
  return `${label} of ${placeOf(context, source)} belongs to ${allowed}${because} and is not sent to ${to}${fix}`;
}

function placeOf({ places }: ResolveContext, source: Credential['source']): string {
  if (source === 'dotenv') return fileName(places.dotenv.path);
  if (source === 'oauth') return 'the logins';
  return source === 'stored' ? 'the stored keys' : 'the environment';
}
