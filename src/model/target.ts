/**
 * A target, and the route that orders targets for one task. Types only: made by config, read by
 * access.
 */

import type { AuthStyle, Pace, ProtocolName } from './protocol.ts';
import type { Billing } from './record.ts';

/**
 * Limits of one attempt in milliseconds; each absent one comes from the attempt's pace (law 13).
 */
export interface AttemptLimits {
  /** Until the response head. */
  readonly responseHeadMs?: number;
  /** Until the first content event, while another target is free. */
  readonly firstContentMs?: number;
  /** Until the first content event, when this is the last target. */
  readonly lastFirstContentMs?: number;
  /** Silence inside flowing text. */
  readonly idleTextMs?: number;
  /** Silence anywhere else in a stream. */
  readonly idleMs?: number;
  /** Between two pieces of content, while only pings or empty events come. */
  readonly contentMs?: number;
  /** The whole body of an answer that is not streamed. */
  readonly wholeMs?: number;
}

/**
 * A change that makes a same-protocol request fit another vendor. Data of eight kinds; the field is
 * a top-level body key.
 */
export type Edit =
  | { readonly kind: 'rename'; readonly field: string; readonly to: string }
  | { readonly kind: 'drop'; readonly field: string }
  | { readonly kind: 'clamp'; readonly field: string; readonly min?: number; readonly max?: number }
  | { readonly kind: 'default'; readonly field: string; readonly value: unknown }
  | { readonly kind: 'role'; readonly from: string; readonly to: string }
  /** Claude Code's word to its own vendor, in the system prompt of `anthropic-messages`. */
  | { readonly kind: 'billing-line' }
  /** Only for targets that have refused the order of roles in a conversation. */
  | { readonly kind: 'roles'; readonly roles: StrictRoles }
  /**
   * Only for one request: after a refusal (class `foreign-history`), or where it brings what
   * another account sealed.
   */
  | { readonly kind: 'history'; readonly repairs: readonly HistoryRepair[] };

/**
 * What a chat template insists on. `system-first`: one system message, at the start. `alternating`:
 * that, and user and assistant in turn. `no-system`: the same without any system message.
 */
export type StrictRoles = 'system-first' | 'alternating' | 'no-system';

/** What makes a conversation fit a vendor when another model took part in it. */
export type HistoryRepair =
  /** Gives every assistant message without it this reasoning field. */
  | { readonly kind: 'fill-reasoning'; readonly field: string; readonly value: string }
  /** Takes reasoning, signed or encrypted, out of every message. */
  | { readonly kind: 'drop-reasoning' }
  /** Takes out encrypted or signed reasoning of these names. Default: all of it. */
  | { readonly kind: 'drop-sealed'; readonly names?: readonly string[] }
  /** Gives tool calls and their results ids of this many letters and digits. */
  | { readonly kind: 'tool-ids'; readonly length: number }
  /**
   * Gives unsigned tool calls the signature with which the vendor accepts calls of other models.
   */
  | { readonly kind: 'sign-tool-calls'; readonly path: readonly string[]; readonly value: string }
  /**
   * Asks for no reasoning; with `inToolLoop` only where the conversation ends with a tool's result.
   */
  | {
      readonly kind: 'thinking-off';
      readonly field: string;
      readonly value: unknown;
      readonly inToolLoop?: boolean;
    };

/**
 * What becomes of images that a model does not see: somebody else is asked, they are described in
 * words, or the request is refused.
 */
export type BlindModels = 'route' | 'describe' | 'refuse';

/**
 * After the first content a broken stream is continued on the next target, or ends with an error.
 */
export type StreamRecovery = 'continue' | 'error';

/**
 * What a model refuses, whatever its protocol says. A temperature at all, or one while it thinks; a
 * temperature and `top_p` together; not to think; a budget for its thoughts, so that it thinks as
 * much as it finds right; a tool that it must call.
 */
export type ModelRefusal =
  | 'sampling'
  | 'sampling-while-thinking'
  | 'sampling-pair'
  | 'no-thinking'
  | 'thinking-budget'
  | 'forced-tool';

/**
 * What a model takes otherwise than its protocol says. A request is translated so; one that is
 * relayed goes as its client wrote it.
 */
export interface ModelTraits {
  readonly refuses?: readonly ModelRefusal[];
  /** The steps of effort it takes, from the least. Default: all but `max`. */
  readonly efforts?: readonly string[];
  /**
   * Takes the schema of an answer and strict tools in `anthropic-messages`. Default: no, and a tool
   * is made of the schema.
   */
  readonly takesSchemas?: boolean;
  /** What its system messages are told as. Default: `system`. */
  readonly systemRole?: 'system' | 'developer';
}

/** What of a target depends on the protocol in which it is asked. */
export interface TargetForm {
  readonly protocol: ProtocolName;
  /** Base URL with its path prefix and without a trailing slash: `https://api.deepseek.com/v1`. */
  readonly baseUrl: string;
  /** Scheme, host and port of `baseUrl`; what a secret is bound to (law 12). */
  readonly origin: string;
  /**
   * Whose account is asked there, by one of its base URLs: several may stand at one origin, and one
   * may have several base URLs (law 5).
   */
  readonly site: string;
  /**
   * The vendor of the catalogue whose own address this is, whatever the provider is called.
   * Default: none's.
   */
  readonly vendor?: string | undefined;
  readonly authStyle: AuthStyle;
  readonly edits: readonly Edit[];
  /** Applied after the target refused a conversation that another model took part in. */
  readonly historyRepairs?: readonly HistoryRepair[];
  /**
   * The field that keeps a model from thinking which thinks unless it is told otherwise. Default:
   * none is known.
   */
  readonly reasoningOff?: { readonly field: string; readonly value: unknown } | undefined;
  /** Counts the tokens of a request when asked to. Default: not known to, and so not asked. */
  readonly countsTokens?: boolean | undefined;
  /** A server of one's own, at an address that only we can reach. Default: false. */
  readonly isLocal?: boolean | undefined;
  /**
   * What its chat templates may insist on: a request that is translated goes so. Absent: nothing is
   * known.
   */
  readonly roles?: StrictRoles | undefined;
  /**
   * Takes marks of where its prompt cache is to end: those of the client, or also ours (`auto`).
   * Absent: it knows none.
   */
  readonly cacheMarks?: 'client' | 'auto' | undefined;
  /** Tokens that a prompt has at least before it is kept in that cache. */
  readonly cacheMinimum?: number | undefined;
  /** Continues a trailing assistant message, if that bears the field; absent: not known to. */
  readonly prefill?: { readonly messageField?: string | undefined } | undefined;
}

/** What a million tokens cost, in USD. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of input read from a cache. Default: the price of other input. */
  readonly cacheRead?: number | undefined;
  /** Of input written to a cache. Default: the price of other input. */
  readonly cacheWrite?: number | undefined;
  /** The day it was looked up: `2026-11-23`. Absent: it stands in the configuration. */
  readonly asOf?: string;
}

/** Provider + model + per-target settings, resolved and flat; never recombined from parts. */
export interface Target extends TargetForm {
  /** `provider/model`, as people write and read it. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  /**
   * The same model of the same provider, asked in its other protocols. Absent: in this one only.
   */
  readonly alternatives?: readonly TargetForm[] | undefined;
  /** False where the provider answers without a key (local servers, `auth: none`). */
  readonly keyRequired: boolean;
  /** Name of the credential pool: the provider, or a task with its own `base_url` or `api_key`. */
  readonly pool: string;
  readonly limits: AttemptLimits;
  /** Set by config; otherwise the pace is chosen per request. */
  readonly pace?: Exclude<Pace, 'whole'> | undefined;
  /**
   * Whether the model reasons before it answers: always, never, or as the request asks; absent when
   * nobody knows.
   */
  readonly thinks?: boolean | 'optional' | undefined;
  /** Whether the model sees images; absent when nobody knows. */
  readonly images?: boolean | undefined;
  /** The vendor says that this long a silence before the first content is normal, ms. */
  readonly slowStartMs?: number | undefined;
  /**
   * How long a request waits for this target's capacity after an outage began, ms. Default: by how
   * the answer is asked for.
   */
  readonly maxWaitMs?: number | undefined;
  /** Tokens the model reads and writes in all; absent when unknown. */
  readonly contextWindow?: number | undefined;
  /** Tokens the model writes at most; absent when unknown. */
  readonly maxOutput?: number | undefined;
  /** Absent: nobody has said. */
  readonly price?: Price | undefined;
  /** How it is paid. Absent: not known, as of what is no configured provider. */
  readonly billing?: Billing | undefined;
  /** Absent: as its protocol says. */
  readonly traits?: ModelTraits | undefined;
  /** Answers one request after the other. Default: false. */
  readonly answersOne?: true | undefined;
  /**
   * Wants the reasoning of earlier answers back. Default: it is left out where a request is
   * translated.
   */
  readonly takesReasoning?: boolean | undefined;
  /** What becomes of a stream that breaks after its first content. Default: `continue`. */
  readonly streamRecovery?: StreamRecovery | undefined;
  /**
   * How much the model is to reason, from `reasoning_effort` of the task. Default: as the request
   * says.
   */
  readonly reasoningEffort?: string | undefined;
  /** Fields added to the body, from `extra_body` of the task. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
}

/**
 * One place on a route, with the reason it is there: `main`, `fallback_chain[0]`, `model named by
 * the request`.
 */
export interface RouteTarget {
  readonly target: Target;
  readonly reason: string;
  /** The key path that names it in the configuration. Absent where a request does. */
  readonly key?: string | undefined;
}

/** The ordered targets for one task. */
export interface Route {
  /** `main`, an auxiliary task, or `pinned` when the request names a model. */
  readonly task: string;
  readonly targets: readonly RouteTarget[];
}
