/** A provider's credentials in order of use (design law 3): what config names, then the vendor's known variables. */

import type { Credential, SecretLocator } from '../model/credential.ts';
import type { ProviderEntry } from '../providers/entry.ts';
import { wholeVariable } from './interpolate.ts';
import { fileName, locationOf, type ResolveContext } from './resolve-context.ts';
import { readVariableOrigin, type VariableOrigin } from './resolve-origins.ts';
import { type KeyPath, type ProviderSettings, precedenceSources } from './schema.ts';

/** A credential that is not yet bound to an origin. */
export interface Candidate {
  readonly credential: Omit<Credential, 'origin'>;
  /** Set when a `*_BASE_URL` variable ties the key to another place. */
  readonly boundTo?: VariableOrigin;
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
      locator.kind === 'variable' ? [locator.variable] : [],
    ),
  );
  const variables = provider.keyVariables.filter((variable) => !named.has(variable));
  const bySource: Readonly<Record<string, readonly Candidate[]>> = {
    config: configured,
    dotenv: listKnown(context, provider, { variables, place: 'dotenv' }),
    env: listKnown(context, provider, { variables, place: 'env' }),
  };
  const order = new Set([...(context.settings.precedence ?? []), ...precedenceSources]);
  return [...order].flatMap((source) => bySource[source] ?? []);
}

function listConfigured(context: ResolveContext, provider: CandidateProvider): readonly Candidate[] {
  const { settings, name, path } = provider;
  const single =
    settings.api_key === undefined
      ? []
      : [
          createConfigured(context, {
            name,
            label: 'config',
            path: [...path, 'api_key'],
            text: settings.api_key,
          }),
        ];
  const several = (settings.credentials ?? []).flatMap((credential, index) => {
    const place = [...path, 'credentials', index];
    const text = credential.env === undefined ? credential.api_key : `\${${credential.env}}`;
    if (text === undefined || (credential.env !== undefined && credential.api_key !== undefined)) {
      context.findings.problem(place, { message: 'names no key', howToFix: 'write one of env or api_key' });
      return [];
    }
    const label = credential.label ?? `key-${index + 1}`;
    const key = createConfigured(context, { name, label, path: place, text });
    return [
      credential.account === undefined
        ? key
        : { credential: { ...key.credential, account: credential.account } },
    ];
  });
  checkLabels(context, path, several);
  return [...single, ...several];
}

function createConfigured(
  context: ResolveContext,
  key: { readonly name: string; readonly label: string; readonly path: KeyPath; readonly text: string },
): Candidate {
  const suffix = key.label === 'config' ? '' : `:${key.label}`;
  return {
    credential: {
      id: `${key.name}:config${suffix}`,
      provider: key.name,
      label: key.label,
      source: 'config',
      locator: toLocator(key.text),
      ...locationOf(context.document, key.path),
    },
  };
}

/** A whole `${VARIABLE}` stays a reference; anything else is the secret itself. */
export function toLocator(text: string): SecretLocator {
  const variable = wholeVariable(text);
  if (variable === undefined) return { kind: 'literal', value: text };
  return { kind: 'variable', variable, places: ['dotenv', 'env'] };
}

function checkLabels(context: ResolveContext, path: KeyPath, candidates: readonly Candidate[]): void {
  const seen = new Set<string>();
  for (const { credential } of candidates) {
    if (seen.has(credential.id)) {
      const message = `two credentials are labelled ${credential.label}`;
      context.findings.problem([...path, 'credentials'], { message, howToFix: 'give each its own label' });
    }
    seen.add(credential.id);
  }
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
      const boundTo = readVariableOrigin(context, provider.entry, { variable, place });
      return boundTo === undefined ? { credential } : { credential, boundTo };
    });
}

function isSet({ places }: ResolveContext, variable: string, place: 'dotenv' | 'env'): boolean {
  const found = place === 'dotenv' ? places.dotenv.lookup(variable)?.value : places.environment.get(variable);
  return found !== undefined;
}

/** Binds candidates to the origin of their provider; those that belong elsewhere are left out, with a warning. */
export function bindCandidates(
  context: ResolveContext,
  candidates: readonly Candidate[],
  endpoint: { readonly origin: string; readonly unboundOrigin: string },
): readonly Credential[] {
  return candidates.flatMap(({ credential, boundTo }) => {
    const allowed = boundTo?.origin ?? endpoint.unboundOrigin;
    if (allowed === endpoint.origin) return [{ ...credential, origin: endpoint.origin }];
    const place = credential.source === 'dotenv' ? fileName(context.places.dotenv.path) : 'the environment';
    const because = boundTo === undefined ? '' : ` (${boundTo.variable})`;
    context.findings.warn(
      'key-bound-elsewhere',
      `${credential.label} of ${place} belongs to ${allowed}${because} and is not sent to ${endpoint.origin}`,
    );
    return [];
  });
}
