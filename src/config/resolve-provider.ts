/** One provider: its catalogue entry, changed by what config says, and the flat targets of its models. */

import type { AuthStyle } from '../model/protocol.ts';
import type { AttemptLimits, StreamRecovery, Target } from '../model/target.ts';
import type { Catalogue } from '../providers/catalogue.ts';
import { custom } from '../providers/entries/custom.ts';
import type { Origins, ProviderEntry } from '../providers/entry.ts';
import { historyRepairsOf } from '../providers/history-repairs.ts';
import { findNearest } from './nearest.ts';
import type { ResolveContext } from './resolve-context.ts';
import {
  bindCandidates,
  type Candidate,
  type CandidateProvider,
  listCandidates,
} from './resolve-credentials.ts';
import { resolveOAuth } from './resolve-oauth.ts';
import { chooseEndpoint, configuredOrigins, type Endpoint } from './resolve-origins.ts';
import type { ResolvedProvider } from './resolved.ts';
import type { KeyPath, LimitSettings, ModelSettings, ProviderSettings } from './schema.ts';

/** Resolves a provider that config names at `namedAt`; undefined after a problem. */
export function resolveProvider(
  context: ResolveContext,
  name: string,
  namedAt: KeyPath,
): ResolvedProvider | undefined {
  const settings = context.settings.providers?.[name] ?? {};
  const entry = context.catalogue.get(name) ?? describeUnknown(context, { name, namedAt, settings });
  if (entry === undefined) return undefined;
  const path = context.settings.providers?.[name] === undefined ? namedAt : ['providers', name];
  const configured = configuredOrigins(context, settings, { entry, path });
  const keyVariables = listKeyVariables(entry, Object.values(configured ?? entry.origins));
  const provider = { name, entry, settings, path, keyVariables };
  const candidates = listCandidates(context, provider);
  const moved = adoptOrigins(candidates, { entry, configured });
  const endpoint = chooseEndpoint(configured ?? moved ?? entry.origins, settings.protocol);
  if (endpoint === undefined) return complainOfEndpoint(context, provider, configured);
  const unbound = moved === undefined ? undefined : chooseEndpoint(entry.origins, settings.protocol);
  const unboundOrigin = (unbound ?? endpoint).origin;
  const credentials = bindCandidates(context, candidates, { origin: endpoint.origin, unboundOrigin });
  const shape = { ...toShape(provider, endpoint), streamRecovery: context.settings.stream_recovery };
  const targetFor = (model: string): Target => createTarget(context.catalogue, shape, model);
  return {
    name,
    entry,
    credentials,
    selection: settings.selection ?? 'fill-first',
    keyVariables,
    ignoredSources: settings.ignore_sources,
    ...resolveOAuth(context, entry, { settings: settings.oauth, path: [...path, 'oauth'] }),
    targetFor,
  };
}

function describeUnknown(
  context: ResolveContext,
  {
    name,
    namedAt,
    settings,
  }: { readonly name: string; readonly namedAt: KeyPath; readonly settings: ProviderSettings },
): ProviderEntry | undefined {
  const isDescribed =
    settings.base_urls !== undefined || (settings.base_url !== undefined && settings.protocol !== undefined);
  if (isDescribed) return { ...custom, name, title: name };
  const nearest = findNearest(name, [
    ...context.catalogue.names,
    ...Object.keys(context.settings.providers ?? {}).filter((other) => other !== name),
  ]);
  const describe = `give providers.${name} a base_url and a protocol`;
  context.findings.problem(namedAt, {
    message: `unknown provider ${name}`,
    howToFix: nearest === undefined ? describe : `did you mean ${nearest}? Or ${describe}`,
  });
  return undefined;
}

/** Variables of the vendor's other sites count only where the provider is configured to be there. */
function listKeyVariables(entry: ProviderEntry, baseUrls: readonly string[]): readonly string[] {
  const origins = baseUrls.map((baseUrl) => new URL(baseUrl).origin);
  const ofSites = (entry.alternativeOrigins ?? [])
    .filter((site) =>
      Object.values(site.origins).some((baseUrl) => origins.includes(new URL(baseUrl).origin)),
    )
    .flatMap((site) => site.keyVariables ?? []);
  return [...new Set([...ofSites, ...entry.keyVariables])];
}

/** Without a base URL in config, the key that would be used first may move the provider to where it belongs. */
function adoptOrigins(
  candidates: readonly Candidate[],
  { entry, configured }: { readonly entry: ProviderEntry; readonly configured: Origins | undefined },
): Origins | undefined {
  const origin = candidates[0]?.boundTo?.origin;
  if (configured !== undefined || origin === undefined) return undefined;
  const known = [
    ...candidates.flatMap(({ boundTo }) => boundTo?.origins ?? []),
    ...(entry.alternativeOrigins ?? []).map(({ origins }) => origins),
  ];
  return known.find((origins) => Object.values(origins).some((url) => new URL(url).origin === origin));
}

/** A base URL that was refused has its problem already. */
function complainOfEndpoint(
  context: ResolveContext,
  { name, entry, settings, path }: CandidateProvider,
  configured: Origins | undefined,
): undefined {
  if (configured !== undefined && Object.keys(configured).length === 0) return;
  const spoken = Object.keys(configured ?? entry.origins);
  if (spoken.length === 0) {
    context.findings.problem(path, {
      message: `${name} has no base URL`,
      howToFix: `write providers.${name}.base_url: https://host/v1`,
    });
    return;
  }
  context.findings.problem([...path, 'protocol'], {
    message: `${name} does not speak ${settings.protocol}`,
    howToFix: `write one of ${spoken.join(', ')}, or add a base_url`,
  });
}

/** All that the targets of one provider have in common. */
export interface TargetShape {
  readonly provider: string;
  readonly pool: string;
  readonly entry: ProviderEntry;
  readonly endpoint: Endpoint;
  readonly authStyle: AuthStyle;
  readonly keyRequired: boolean;
  readonly settings: ProviderSettings;
  readonly streamRecovery?: StreamRecovery | undefined;
}

function toShape({ name, entry, settings }: CandidateProvider, endpoint: Endpoint): TargetShape {
  const isOpen = settings.auth === 'none';
  return {
    provider: name,
    pool: name,
    entry,
    endpoint,
    authStyle: settings.auth ?? entry.authStyle[endpoint.protocol] ?? 'bearer',
    keyRequired: !isOpen && entry.keyRequired,
    settings,
  };
}

/** A flat target for one model. */
export function createTarget(catalogue: Catalogue, shape: TargetShape, model: string): Target {
  const { entry, settings, endpoint } = shape;
  const own = settings.models?.[model] ?? {};
  const pace = own.pace ?? settings.pace;
  const streamRecovery = settings.stream_recovery ?? shape.streamRecovery;
  const whole = settings.timeout === undefined ? {} : { wholeMs: settings.timeout * 1000 };
  return {
    id: `${shape.provider}/${model}`,
    provider: shape.provider,
    model,
    ...endpoint,
    authStyle: shape.authStyle,
    keyRequired: shape.keyRequired,
    pool: shape.pool,
    limits: { ...whole, ...toLimits(settings.limits ?? {}), ...toLimits(own.limits ?? {}) },
    ...(pace === undefined ? {} : { pace }),
    ...toFacts(own, catalogue.findModel(entry.name, model)),
    ...toPrefill(own.prefill, shape, catalogue.findModel(entry.name, model)),
    ...(streamRecovery === undefined ? {} : { streamRecovery }),
    edits: entry.edits?.[endpoint.protocol] ?? [],
    historyRepairs: historyRepairsOf(entry, endpoint.protocol),
  };
}

type ModelFacts = Pick<Target, 'thinks' | 'contextWindow' | 'maxOutput'>;

/** A model that reasons only when asked counts as one that does not: the request says when. */
function toFacts(own: ModelSettings, known: ReturnType<Catalogue['findModel']>): ModelFacts {
  const thinks = own.thinks ?? (known?.thinks === 'optional' ? false : known?.thinks);
  const contextWindow = own.context_window ?? known?.contextWindow;
  const maxOutput = own.max_output ?? known?.maxOutput;
  return {
    ...(thinks === undefined ? {} : { thinks }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutput === undefined ? {} : { maxOutput }),
  };
}

/** What config says outranks the catalogue; there, a vendor may take a partial answer of some models or at one site only. */
function toPrefill(
  own: boolean | undefined,
  { entry, endpoint }: TargetShape,
  known: ReturnType<Catalogue['findModel']>,
): Pick<Target, 'prefill'> {
  const { accepted = false, messageField, origin } = entry.prefill ?? {};
  const isThere = origin === undefined || origin === endpoint.baseUrl;
  const isKnown = isThere && (known?.prefill ?? accepted) === true;
  if (!(own ?? isKnown)) return {};
  return { prefill: messageField === undefined ? {} : { messageField } };
}

const limitNames = [
  ['response_head', 'responseHeadMs'],
  ['first_content', 'firstContentMs'],
  ['last_first_content', 'lastFirstContentMs'],
  ['idle_text', 'idleTextMs'],
  ['idle', 'idleMs'],
  ['whole', 'wholeMs'],
] as const;

function toLimits(settings: LimitSettings): AttemptLimits {
  return Object.fromEntries(
    limitNames.flatMap(([from, to]) => {
      const seconds = settings[from];
      return seconds === undefined ? [] : [[to, seconds * 1000] as const];
    }),
  );
}
