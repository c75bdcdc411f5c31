/**
 * A target, and the route that orders targets for one task. Types only: config makes them, access
 * reads them.
 */

import type { AuthStyle, Pace, ProtocolName } from './protocol.ts';
import type { Billing } from './record.ts';
import type { Headers } from './request.ts';

/**
 * Limits of one attempt in milliseconds; each absent one comes from the attempt's pace (law 13).
 */
export interface AttemptLimits {
  /** Ends at the response head. */
  readonly responseHeadMs?: number;
  /** Until the first content event, while another target is free. */
  readonly firstContentMs?: number;
  /** Until the first content event, if this is the last target. */
  readonly lastFirstContentMs?: number;
  /** Limits the silence inside flowing text. */
  readonly idleTextMs?: number;
  /** Limits the silence anywhere else in a stream. */
  readonly idleMs?: number;
  /** Limits the time between two pieces of content, while only pings or empty events arrive. */
  readonly contentMs?: number;
  /** The whole body of an answer that is not streamed. */
  readonly wholeMs?: number;
}

/**
 * Changes the body of every request to a vendor, relayed or translated, after the model is known.
 * One of ten kinds, as data; the field is a top-level body key.
 */
export type Edit =
  | { readonly kind: 'rename'; readonly field: string; readonly to: string }
  | { readonly kind: 'drop'; readonly field: string }
  | { readonly kind: 'clamp'; readonly field: string; readonly min?: number; readonly max?: number }
  | { readonly kind: 'set-if-absent'; readonly field: string; readonly value: unknown }
  | { readonly kind: 'role'; readonly from: string; readonly to: string }
  /** Claude Code's line to its own vendor, in the system prompt of `anthropic-messages`. */
  | { readonly kind: 'billing-line' }
  /** Only for targets that refused this field of a cache mark (`cache_control`). */
  | { readonly kind: 'drop-in-marks'; readonly field: string }
  /** Only for targets that refused this item of a list of betas in a header. */
  | { readonly kind: 'drop-beta'; readonly beta: string }
  /** Only for targets that refused the order of roles in a conversation. */
  | { readonly kind: 'roles'; readonly roles: StrictRoles }
  /**
   * Only for one request: after a refusal (class `foreign-history`), or if it contains what another
   * account sealed.
   */
  | { readonly kind: 'history'; readonly repairs: readonly HistoryRepair[] };

/**
 * What a chat template requires. `system-first`: one system message, at the start. `alternating`:
 * also user and assistant in turn. `no-system`: the same without any system message.
 */
export type StrictRoles = 'system-first' | 'alternating' | 'no-system';

/** Fits a conversation to a vendor after another model took part in it. */
export type HistoryRepair =
  /** Gives this reasoning field to every assistant message without it. */
  | { readonly kind: 'fill-reasoning'; readonly field: string; readonly value: string }
  /** Removes reasoning, signed or encrypted, from every message. */
  | { readonly kind: 'drop-reasoning' }
  /** Removes encrypted or signed reasoning of these names. Default: all of it. */
  | { readonly kind: 'drop-sealed'; readonly names?: readonly string[] }
  /** Gives tool calls and their results ids of this many letters and digits. */
  | { readonly kind: 'tool-ids'; readonly length: number }
  /** Gives unsigned tool calls the signature with which the vendor accepts other models' calls. */
  | { readonly kind: 'sign-tool-calls'; readonly path: readonly string[]; readonly value: string }
  /**
   * Asks for no reasoning; with `inToolLoop` only if the conversation ends with a tool's result.
   */
  | {
      readonly kind: 'thinking-off';
      readonly field: string;
      readonly value: unknown;
      readonly inToolLoop?: boolean;
    };

/**
 * What happens to images that a model cannot see: another target is used, words replace them, or
 * the request is refused.
 */
export type BlindModels = 'route' | 'describe' | 'refuse';

/** After the first content a broken stream continues on the next target, or ends with an error. */
export type StreamRecovery = 'continue' | 'error';

/**
 * What a model refuses although its protocol allows it: a temperature, always or while it thinks; a
 * temperature together with `top_p`; to think less; a budget for its thoughts; a forced tool call.
 */
export type ModelRefusal =
  | 'sampling'
  | 'sampling-while-thinking'
  | 'sampling-pair'
  | 'no-thinking'
  | 'thinking-budget'
  | 'forced-tool';

/**
 * Where a model differs from its protocol. Translated requests respect it; relayed ones stay as
 * their client wrote them.
 */
export interface ModelTraits {
  readonly refuses?: readonly ModelRefusal[];
  /** The steps of effort that it accepts, from the least. Default: all but `max`. */
  readonly efforts?: readonly string[];
  /**
   * Accepts a schema of the answer and strict tools in `anthropic-messages`. Default: no, and the
   * schema becomes a tool.
   */
  readonly takesSchemas?: boolean;
  /** The role of its system messages. Default: `system`. */
  readonly systemRole?: 'system' | 'developer';
}

/** The part of a target that depends on the protocol. */
export interface TargetForm {
  readonly protocol: ProtocolName;
  /** Includes the path prefix, but no trailing slash: `https://api.deepseek.com/v1`. */
  readonly baseUrl: string;
  /** Scheme, host and port of `baseUrl`; a secret is bound to it (law 12). */
  readonly origin: string;
  /**
   * The account's address, as one of its base URLs: an origin may have several sites, and a site
   * several base URLs (law 5).
   */
  readonly site: string;
  /** The catalogue's vendor at this address, whatever the provider is called. Default: none. */
  readonly vendor?: string | undefined;
  readonly authStyle: AuthStyle;
  readonly bodyEdits: readonly Edit[];
  /** Applied after the target refused a conversation that another model took part in. */
  readonly historyRepairs?: readonly HistoryRepair[];
  /**
   * The field that switches off the reasoning of a model that otherwise reasons. Default: none is
   * known.
   */
  readonly reasoningOff?: { readonly field: string; readonly value: unknown } | undefined;
  /** Counts the tokens of a request. Default: it is not known to, and so not asked. */
  readonly countsTokens?: boolean | undefined;
  /** A local server, at an address that only we can reach. Default: false. */
  readonly isLocal?: boolean | undefined;
  /** What its chat templates may require of a translated request. Absent: unknown. */
  readonly roles?: StrictRoles | undefined;
  /**
   * Accepts marks that end its prompt cache: those of the client, or also ours (`auto`). Absent: it
   * knows none.
   */
  readonly cacheMarks?: 'client' | 'auto' | undefined;
  /** The shortest prompt, in tokens, that this cache stores. */
  readonly cacheMinimum?: number | undefined;
  /** Continues a trailing assistant message, if that has the field. Absent: it is not known to. */
  readonly prefill?: { readonly messageField?: string | undefined } | undefined;
}

/** USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of input read from a cache. Default: the price of other input. */
  readonly cacheRead?: number | undefined;
  /** Of input written to a cache. Default: the price of other input. */
  readonly cacheWrite?: number | undefined;
  /** The day it was looked up: `2026-11-23`. Absent: it comes from the configuration. */
  readonly asOf?: string;
}

/**
 * A provider, a model and their settings, resolved and flat; they are never recombined from parts.
 */
export interface Target extends TargetForm {
  /** `provider/model`, as people write and read it. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  /** The same model of the same provider in its other protocols. Absent: it has only this one. */
  readonly alternatives?: readonly TargetForm[] | undefined;
  /** False if the provider answers without a key (local servers, `auth: none`). */
  readonly keyRequired: boolean;
  /**
   * The name of the credential pool: the provider, or a task with its own `base_url` or `api_key`.
   */
  readonly pool: string;
  readonly limits: AttemptLimits;
  /** Set by config; otherwise each request chooses its pace. */
  readonly pace?: Exclude<Pace, 'whole'> | undefined;
  /**
   * The model reasons before it answers: always, never, or as the request asks. Absent: unknown.
   */
  readonly thinks?: boolean | 'optional' | undefined;
  /** The model sees images. Absent: unknown. */
  readonly images?: boolean | undefined;
  /** The vendor calls a silence of this many ms before the first content normal. */
  readonly slowStartMs?: number | undefined;
  /**
   * How long a request waits for this target's capacity after an outage began, in ms. Default:
   * depends on whether the answer is streamed.
   */
  readonly maxWaitMs?: number | undefined;
  /** Tokens that the model reads and writes in all. Absent: unknown. */
  readonly contextWindow?: number | undefined;
  /** Tokens that the model writes at most. Absent: unknown. */
  readonly maxOutput?: number | undefined;
  /** Absent if unknown. */
  readonly price?: Price | undefined;
  /** How it is paid. Absent: unknown, because it is no configured provider. */
  readonly billing?: Billing | undefined;
  /** Absent: it follows its protocol. */
  readonly traits?: ModelTraits | undefined;
  /** Answers one request after the other. Default: false. */
  readonly answersOne?: true | undefined;
  /** Expects the reasoning of earlier answers. Default: a translated request leaves it out. */
  readonly takesReasoning?: boolean | undefined;
  /** Applies to a stream that breaks after its first content. Default: `continue`. */
  readonly streamRecovery?: StreamRecovery | undefined;
  /**
   * Added to every request, in place of the caller's; names in lower case. Its JSON shows no value.
   */
  readonly headers?: Headers | undefined;
  /** Betas that it refused: they stay behind, whoever asked for them. */
  readonly refusedBetas?: readonly string[] | undefined;
  /** Added to the query of every request, in place of the caller's. Its JSON shows no value. */
  readonly query?: Headers | undefined;
  /** The task's `reasoning_effort`. Default: the request decides. */
  readonly reasoningEffort?: string | undefined;
  /** Adds fields to the body, from the task's `extra_body`. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
}

/**
 * A target of a route, with the reason it is there: `main`, `fallback_chain[0]`, `model named by
 * the request`.
 */
export interface RouteTarget {
  readonly target: Target;
  readonly reason: string;
  /** Its key path in the configuration. Absent if the request named it. */
  readonly key?: string | undefined;
}

export interface Route {
  /** `main`, an auxiliary task, or `pinned` if the request names a model. */
  readonly task: string;
  readonly targets: readonly RouteTarget[];
}
