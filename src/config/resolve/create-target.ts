/** Flat targets: what a provider entry and config say about one model, put together once, in every protocol it can be asked in. */

import { toPrice } from '../../cost/cost-of.ts';
import { findPrice } from '../../cost/price-table.ts';
import type { AuthStyle } from '../../model/protocol.ts';
import type { AttemptLimits, StreamRecovery, Target, TargetForm } from '../../model/target.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import { familyOf, type ModelFamily } from '../../providers/families.ts';
import { historyRepairsOf } from '../../providers/history-repairs.ts';
import type { ModelSettings, ProviderSettings, Settings } from '../schema/schema.ts';
import { isLocalUrl } from './local-url.ts';
import type { ProviderAddress } from './resolve-origins.ts';

/** All that the targets of one provider have in common. */
export interface TargetShape {
  readonly provider: string;
  readonly pool: string;
  readonly entry: ProviderEntry;
  readonly endpoint: ProviderAddress;
  /** The provider's other protocols. */
  readonly others: readonly ProviderAddress[];
  /** From config; otherwise the entry's own for the protocol. */
  readonly authStyle: AuthStyle | undefined;
  readonly keyRequired: boolean;
  readonly settings: ProviderSettings;
  readonly streamRecovery?: StreamRecovery | undefined;
  /** The global `max_wait`, in seconds. */
  readonly maxWait?: number | undefined;
  /** The global `prices`. */
  readonly prices?: Settings['prices'];
}

/** A flat target for one model. */
export function createTarget(catalogue: Catalogue, shape: TargetShape, model: string): Target {
  const { entry, settings, endpoint, others } = shape;
  const own = settings.models?.[model] ?? {};
  const known = catalogue.findModel(entry.name, model);
  const family = familyOf(model);
  const maxWait = settings.max_wait ?? shape.maxWait;
  const toForm = (at: ProviderAddress): TargetForm =>
    createForm(shape, at, { own: own.prefill, known: known?.prefill });
  const form = toForm(endpoint);
  return {
    id: `${shape.provider}/${model}`,
    provider: shape.provider,
    model,
    ...form,
    ...(others.length === 0 ? {} : { alternatives: others.map(toForm) }),
    keyRequired: shape.keyRequired,
    pool: shape.pool,
    limits: { ...limitsFrom(settings), ...limitsFrom(own) },
    pace: own.pace ?? settings.pace,
    thinks: own.thinks ?? known?.thinks,
    images: own.images ?? known?.images,
    contextWindow: own.context_window ?? known?.contextWindow,
    maxOutput: own.max_output ?? known?.maxOutput ?? family?.maxOutput,
    ...payment(shape, { model, known: known?.id, isLocal: form.isLocal === true }),
    traits: toTraits(own, family),
    ...habitsOf(entry),
    streamRecovery: settings.stream_recovery ?? shape.streamRecovery,
    maxWaitMs: maxWait === undefined ? undefined : maxWait * 1000,
  };
}

function habitsOf({ quirks }: ProviderEntry): Pick<Target, 'takesReasoning' | 'answersOne' | 'slowStartMs'> {
  const { requiresReasoningBack: takesReasoning, answersOne, slowStartMs } = quirks ?? {};
  return { takesReasoning, slowStartMs, ...(answersOne === undefined ? {} : { answersOne }) };
}

/** A price in config outranks the built-in table. A server of your own is free unless config names a price for it. */
function payment(
  { provider, entry, settings, prices }: TargetShape,
  {
    model,
    known = model,
    isLocal,
  }: { readonly model: string; readonly known: string | undefined; readonly isLocal: boolean },
): Pick<Target, 'price' | 'billing'> {
  const said = prices?.[`${provider}/${model}`];
  const price = said === undefined ? findPrice(entry.name, known) : toPrice(said);
  return {
    billing: settings.billing ?? (isLocal && said === undefined ? 'free' : 'metered'),
    ...(price === undefined ? {} : { price }),
  };
}

function createForm(shape: TargetShape, endpoint: ProviderAddress, prefill: PrefillFacts): TargetForm {
  const { entry, settings } = shape;
  const { protocol } = endpoint;
  const isLocal = settings.local ?? isLocalUrl(endpoint.baseUrl);
  const countsTokens = settings.counts_tokens ?? entry.quirks?.countsTokens;
  return {
    ...endpoint,
    ...(isLocal ? { isLocal } : {}),
    authStyle: shape.authStyle ?? entry.authStyle[protocol] ?? 'bearer',
    edits: entry.edits?.[protocol] ?? [],
    historyRepairs: historyRepairsOf(entry, protocol),
    ...(entry.reasoningOff?.[protocol] === undefined ? {} : { reasoningOff: entry.reasoningOff[protocol] }),
    countsTokens: protocol.startsWith('openai-') ? undefined : countsTokens,
    prefill: toPrefill(entry, endpoint, prefill),
  };
}

/** Each trait comes from config if it is set there, otherwise from the model's family. */
function toTraits(own: ModelSettings, family: ModelFamily | undefined): Target['traits'] {
  const { refuses, efforts, takes_schemas: takesSchemas, system_role: systemRole } = own;
  const said = Object.entries({ refuses, efforts, takesSchemas, systemRole }).filter(
    ([, value]) => value !== undefined,
  );
  return family === undefined && said.length === 0
    ? undefined
    : { ...family?.traits, ...Object.fromEntries(said) };
}

/** Whether a model takes a partial answer: as config says, and as the catalogue knows. */
interface PrefillFacts {
  readonly own: boolean | undefined;
  readonly known: boolean | undefined;
}

/** Config outranks the catalogue. In the catalogue, a vendor may accept a prefill for some models only, or at one site only. */
function toPrefill(
  { prefill = { accepted: false, verified: 'n/v' } }: ProviderEntry,
  { protocol, baseUrl }: ProviderAddress,
  { own, known }: PrefillFacts,
): TargetForm['prefill'] {
  const { accepted, messageField, origin } = prefill;
  // A field that marks the message is one of `openai-chat`; nobody has said how it is done in another protocol.
  const isThere = messageField === undefined || protocol === 'openai-chat';
  const isKnown = isThere && (origin === undefined || origin === baseUrl) && (known ?? accepted) === true;
  return (own ?? isKnown) ? { messageField } : undefined;
}

const limitNames = [
  ['response_head', 'responseHeadMs'],
  ['first_content', 'firstContentMs'],
  ['last_first_content', 'lastFirstContentMs'],
  ['idle_text', 'idleTextMs'],
  ['idle', 'idleMs'],
  ['content', 'contentMs'],
  ['whole', 'wholeMs'],
] as const;

/** `timeout` stands for every limit; `limits` names single ones. */
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
