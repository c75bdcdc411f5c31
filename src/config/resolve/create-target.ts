/**
 * Creates targets: combines provider entry and config for one model, once, in every protocol that
 * it offers.
 */

import { toPrice } from '../../cost/cost-of.ts';
import { findPrice } from '../../cost/price-table.ts';
import { defaults } from '../../model/defaults.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { AttemptLimits, Edit, Target, TargetForm } from '../../model/target.ts';
import { catalogue } from '../../providers/builtin.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { cacheMinimumOf, familyOf, type ModelFamily } from '../../providers/families.ts';
import { fitsGlob } from '../../providers/glob.ts';
import { historyRepairsOf } from '../../providers/history-repairs.ts';
import type { ModelSettings, ProviderSettings, Settings } from '../schema/schema.ts';
import { isLocalUrl } from './local-url.ts';
import type { ResolveContext } from './resolve-context.ts';
import type { ProviderAddress } from './resolve-origins.ts';
import { nameSite } from './resolve-sites.ts';

/** The facts that all targets of one provider share. */
export interface TargetShape {
  readonly provider: string;
  readonly pool: string;
  readonly entry: ProviderEntry;
  readonly endpoint: ProviderAddress;
  readonly others: readonly ProviderAddress[];
  readonly keyRequired: boolean;
  readonly settings: ProviderSettings;
  /** Default: nothing, as for a task's own server. */
  readonly added?: Pick<Target, 'headers' | 'query'> | undefined;
}

export function createTarget(context: ResolveContext, shape: TargetShape, model: string): Target {
  const { settings: global } = context;
  const { entry, settings } = shape;
  const [endpoint = shape.endpoint, ...others] = listServed(shape, model);
  const own = settings.models?.[model] ?? {};
  const known = catalogue.findModel(entry.name, model);
  const family = familyOf(model);
  const maxWait = settings.max_wait ?? global.max_wait;
  const toForm = (at: ProviderAddress): TargetForm => {
    const vendor = catalogue.vendorAt(at.baseUrl);
    const served = vendor === undefined ? entry : (catalogue.get(vendor) ?? entry);
    return {
      ...createForm(shape, at, { own: own.prefill, known: known?.prefill, vendor }),
      bodyEdits: [...(entry.bodyEdits?.[at.protocol] ?? []), ...ownEdits(served, at.protocol)],
      ...toCache(served, at.protocol, { cache: own.cache ?? settings.cache, model }),
    };
  };
  const form = toForm(endpoint);
  return {
    id: `${shape.provider}/${model}`,
    provider: shape.provider,
    model,
    ...form,
    alternatives: others.length === 0 ? undefined : others.map(toForm),
    keyRequired: shape.keyRequired,
    pool: shape.pool,
    limits: { ...limitsFrom(settings), ...limitsFrom(own) },
    pace: own.pace ?? settings.pace,
    thinks: own.thinks ?? known?.thinks,
    images: own.images ?? known?.images,
    contextWindow: own.context_window ?? known?.contextWindow,
    maxOutput: own.max_output ?? known?.maxOutput ?? family?.maxOutput,
    ...payment(shape, global.prices, { model, known: known?.id, isLocal: form.isLocal }),
    traits: toTraits(own, family),
    ...habitsOf(entry),
    ...shape.added,
    streamRecovery: settings.stream_recovery ?? global.stream_recovery,
    maxWaitMs: maxWait === undefined ? undefined : maxWait * 1000,
  };
}

/** The addresses at which the vendor serves this model; all where config names another one. */
function listServed(
  { entry, endpoint, others }: TargetShape,
  model: string,
): readonly ProviderAddress[] {
  const all = [endpoint, ...others];
  const row = entry.served?.find(({ models }) => fitsGlob(models, model));
  const served = all.filter(({ protocol }) => row?.in.includes(protocol) ?? true);
  return served.length === 0 ? all : served;
}

function habitsOf({
  behavior = {},
}: ProviderEntry): Pick<Target, 'takesReasoning' | 'answersOne' | 'slowStartMs'> {
  const { requiresReasoningBack: takesReasoning, answersOne, slowStartMs } = behavior;
  return { takesReasoning, answersOne, slowStartMs };
}

/**
 * A price in config overrides the built-in table. A local server is free unless config sets its
 * price.
 */
function payment(
  { provider, entry, settings }: TargetShape,
  prices: Settings['prices'],
  {
    model,
    known = model,
    isLocal,
  }: Pick<TargetForm, 'isLocal'> & { model: string; known: string | undefined },
): Pick<Target, 'price' | 'billing'> {
  const said = prices?.[`${provider}/${model}`];
  const { vendor, ownServer } = defaults.billing;
  return {
    billing: settings.billing ?? (isLocal && said === undefined ? ownServer : vendor),
    price: said === undefined ? findPrice(entry.name, known) : toPrice(said),
  };
}

function createForm(
  shape: TargetShape,
  endpoint: ProviderAddress,
  { vendor, ...prefill }: FormFacts,
): TargetForm {
  const { entry, settings } = shape;
  const { protocol } = endpoint;
  const isLocal = settings.local ?? isLocalUrl(endpoint.baseUrl);
  const countsTokens = settings.counts_tokens ?? entry.behavior?.countsTokens;
  return {
    ...endpoint,
    // provisional until all targets are known: see resolve-sites.ts
    site: nameSite(endpoint.baseUrl),
    vendor,
    isLocal: isLocal ? true : undefined,
    authStyle: settings.auth ?? entry.authStyle[protocol] ?? 'bearer',
    bodyEdits: entry.bodyEdits?.[protocol] ?? [],
    historyRepairs: historyRepairsOf(entry, protocol),
    reasoningOff: entry.reasoningOff?.[protocol],
    roles: entry.behavior?.roles ?? (isLocal && isUnknown(entry) ? 'system-first' : undefined),
    countsTokens,
    prefill: toPrefill(entry, endpoint, prefill),
  };
}

/** Edits for clients that write something only their protocol's own vendor accepts. */
const forItsVendor: Readonly<Partial<Record<ProtocolName, readonly Edit[]>>> = {
  'anthropic-messages': [{ kind: 'billing-line' }],
};

function ownEdits({ behavior }: ProviderEntry, protocol: ProtocolName): readonly Edit[] {
  return behavior?.readsBillingLine === true ? [] : (forItsVendor[protocol] ?? []);
}

/** `cache: off` removes our cache marks; the client's are passed on. */
function toCache(
  { behavior }: ProviderEntry,
  protocol: ProtocolName,
  { cache, model }: { readonly cache: ProviderSettings['cache']; readonly model: string },
): Pick<TargetForm, 'cacheMarks' | 'cacheMinimum'> {
  if (behavior?.takesCacheMarks?.includes(protocol) !== true) return {};
  return { cacheMarks: cache === 'off' ? 'client' : 'auto', cacheMinimum: cacheMinimumOf(model) };
}

/** A local server outside the catalogue: it may run any software and any model. */
function isUnknown({ origins }: ProviderEntry): boolean {
  return Object.keys(origins).length === 0;
}

/** Each trait comes from config if set, otherwise from the model's family. */
function toTraits(own: ModelSettings, family: ModelFamily | undefined): Target['traits'] {
  const { refuses, efforts, takes_schemas: takesSchemas, system_role: systemRole } = own;
  const said = Object.entries({ refuses, efforts, takesSchemas, systemRole }).filter(
    ([, value]) => value !== undefined,
  );
  return family === undefined && said.length === 0
    ? undefined
    : { ...family?.traits, ...Object.fromEntries(said) };
}

/** Config and catalogue each say whether a model accepts a prefill. */
interface PrefillFacts {
  readonly own: boolean | undefined;
  readonly known: boolean | undefined;
}

interface FormFacts extends PrefillFacts {
  readonly vendor: string | undefined;
}

/**
 * Config overrides the catalogue. A catalogue entry may accept a prefill for some models or at one
 * site only.
 */
function toPrefill(
  { prefill = { accepted: false } }: ProviderEntry,
  { protocol, baseUrl }: ProviderAddress,
  { own, known }: PrefillFacts,
): TargetForm['prefill'] {
  const { accepted, messageFields, origin } = prefill;
  const messageField = messageFields?.[protocol];
  const isThere = messageFields === undefined || messageField !== undefined;
  const isKnown =
    isThere && (origin === undefined || origin === baseUrl) && (known ?? accepted) === true;
  return (own ?? isKnown) ? { messageField } : undefined;
}

/** As the configuration and a target name them. */
export const limitNames = [
  ['response_head', 'responseHeadMs'],
  ['first_content', 'firstContentMs'],
  ['last_first_content', 'lastFirstContentMs'],
  ['idle_text', 'idleTextMs'],
  ['idle', 'idleMs'],
  ['content', 'contentMs'],
  ['whole', 'wholeMs'],
] as const;

/** `timeout` sets every limit; `limits` sets single ones. */
export function limitsFrom({
  timeout,
  limits = {},
}: Pick<ModelSettings, 'timeout' | 'limits'>): AttemptLimits {
  return Object.fromEntries(
    limitNames.flatMap(([from, to]) => {
      const seconds = limits[from] ?? timeout;
      return seconds === undefined ? [] : [[to, seconds * 1000] as const];
    }),
  );
}
