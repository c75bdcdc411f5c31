/**
 * What a provider entry is: everything Holdfast knows about a vendor, as data. Config resolves
 * targets from entries; no shared code asks for a vendor by its name. Prices, and what other agents
 * call a vendor, are data under its name too.
 */

import type { AuthStyle, ProtocolName } from '../model/protocol.ts';
import type { Edit, HistoryRepair, StrictRoles } from '../model/target.ts';

/**
 * How a fact was established: `D` vendor documentation, `S` read in public source, `I` a public
 * issue, `3` a third party, `n/v` not verified: capture a real sample before relying on it. What no
 * page prints has its mark in a comment: `// [S]`.
 */
export type Verification = 'D' | 'S' | 'I' | '3' | 'n/v';

/**
 * What a vendor counts its limits on. `global`: more keys or accounts do not help; `none`: no
 * limits of the vendor's own (local servers).
 */
export type LimitScope =
  | 'account'
  | 'organization'
  | 'project'
  | 'key'
  | 'global'
  | 'none'
  | 'unknown';

/**
 * A base URL per protocol: all that stands before `/chat/completions`, `/responses` or `/messages`,
 * without a trailing slash: `https://api.deepseek.com/v1`. A protocol the vendor does not speak is
 * absent; the first named is the vendor's own.
 */
export type Origins = Readonly<Partial<Record<ProtocolName, string>>>;

/**
 * A further site or plan of the same vendor, chosen in config by `base_url`. Keys of one rarely
 * work at another.
 */
export interface AlternativeOrigin {
  /** Short and kebab-case, unique in its entry: `token-plan-cn`, `china`. */
  readonly name: string;
  readonly origins: Origins;
  /** One sentence: when this one is the right one. */
  readonly note: string;
  /** How keys of this site begin, where that tells them apart from those of the main one. */
  readonly keyPrefixes?: readonly string[];
  /**
   * Variables whose key belongs to this site and to no other of the entry. They are not among the
   * entry's `keyVariables`. Default: none.
   */
  readonly keyVariables?: readonly string[];
  readonly verified: Verification;
}

/**
 * A vendor's variable that moves its origin. The environment key of the key variable that is named
 * like it (`X_API_KEY` beside `X_BASE_URL`) then goes only there (law 12).
 */
export interface BaseUrlVariable {
  readonly variable: string;
  /**
   * The protocols it serves; the vendor's other protocols are not offered together with this
   * variable.
   */
  readonly protocols: readonly ProtocolName[];
  /**
   * Appended to the variable's value to make a base URL in our sense, unless it already ends so:
   * `/v1`. Default: nothing.
   */
  readonly suffix?: string;
}

/**
 * What the catalogue knows about one model. An unknown fact is absent, never guessed; config can
 * override each.
 */
export interface ModelEntry {
  /** As the vendor's API takes it. */
  readonly id: string;
  /** Other ids of the same model; `*` stands for any run of characters. Default: none. */
  readonly aliases?: readonly string[];
  /** Tokens the model reads and writes in all. */
  readonly contextWindow?: number;
  /** Tokens the model writes at most in one answer. */
  readonly maxOutput?: number;
  /** Whether it reasons before it answers: always, never, or as the request asks. */
  readonly thinks?: boolean | 'optional';
  /** Calls tools. */
  readonly tools?: boolean;
  /** Reads images. */
  readonly images?: boolean;
  /** Continues a trailing assistant message. Default: the entry's `prefill`. */
  readonly prefill?: boolean;
  /** The day the vendor switches it off, or did: `YYYY-MM-DD`. */
  readonly retiredOn?: string;
  /** When these facts were true: `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly verified: Verification;
}

/**
 * Whether, and how, a model continues a trailing assistant message: what mid-stream recovery needs
 * to know.
 */
export interface Prefill {
  /**
   * `model`: it depends on the model, so look at `ModelEntry.prefill`, and take no for an answer
   * where that is absent.
   */
  readonly accepted: boolean | 'model';
  /**
   * A field set on the trailing assistant message, or else the vendor starts a new turn: `prefix`,
   * `partial`. In a protocol that is not named nobody has said how it is done, and none is
   * continued so. Default: none needed.
   */
  readonly messageFields?: Readonly<Partial<Record<ProtocolName, string>>>;
  /** The only base URL at which it works, when not the main one. */
  readonly origin?: string;
}

/** Oddities of a vendor's wire, as fields. Each absent one means: like the protocol says. */
export interface Quirks {
  /**
   * Assistant messages of a tool loop must carry their reasoning back, or the vendor answers 400.
   */
  readonly requiresReasoningBack?: boolean;
  /** Answers `messages/count_tokens`. */
  readonly countsTokens?: boolean;
  /**
   * The vendor asks to be told this long a silence is normal before the first byte: milliseconds.
   */
  readonly slowStartMs?: number;
  /**
   * Answers one request after the other, unless it is set up otherwise: side tasks give way to the
   * conversation.
   */
  readonly answersOne?: true;
  /**
   * Is told by Claude Code who pays, in a line of the system prompt. Default: the line is left out.
   */
  readonly readsBillingLine?: true;
  /**
   * Where it reads `cache_control`: the marks of where its prompt cache is to end. Default:
   * nowhere.
   */
  readonly takesCacheMarks?: readonly ProtocolName[];
  /**
   * What its chat templates may insist on: a translated request has its roles in that order.
   * Default: any order is taken.
   */
  readonly roles?: StrictRoles;
}

/** Pages of the vendor. */
export interface ProviderLinks {
  readonly docs: string;
  /** Where keys are made. Absent for local servers. */
  readonly keys?: string;
  readonly errors?: string;
  readonly limits?: string;
  readonly status?: string;
  readonly pricing?: string;
}

/**
 * One vendor. Adding a provider is one file in `entries/` that exports one of these, and one line
 * in `builtin.ts`.
 */
export interface ProviderEntry {
  /**
   * As config names it: small letters and digits, unique, and not `any`. A hyphen ends it in the
   * ids of its signatures.
   */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** Empty only for an entry whose `base_url` must come from config. */
  readonly origins: Origins;
  /** Default: none. */
  readonly alternativeOrigins?: readonly AlternativeOrigin[];
  /**
   * The vendor's known key variables, in the order they are looked in. One variable belongs to one
   * provider.
   */
  readonly keyVariables: readonly string[];
  /** Default: none; another `*_BASE_URL` variable is not read. */
  readonly baseUrlVariables?: readonly BaseUrlVariable[];
  /** How a key goes on the wire; an origin's protocol that is absent here uses `bearer`. */
  readonly authStyle: Readonly<Partial<Record<ProtocolName, AuthStyle>>>;
  /**
   * How keys begin, where the vendor is recognisable by it. For warnings only, never for choosing a
   * provider.
   */
  readonly keyPrefixes?: readonly string[];
  /**
   * It is a program that people run themselves, wherever they run it. Default: a vendor's own
   * service.
   */
  readonly isSoftware?: true;
  /** Requests are answered without a key (local servers). Default: a key is required. */
  readonly isKeyless?: true;
  /**
   * The model of zero-config mode (law 10). Absent: this provider is never chosen without a config.
   */
  readonly defaultModel?: string;
  readonly limitScope: LimitScope;
  /**
   * Where `limitScope` is stated: an address, or `n/v` with the reason for the guess. Default: the
   * page of limits.
   */
  readonly limitScopeSource?: string;
  /** What makes a same-protocol request of another vendor fit here. Default: nothing to change. */
  readonly edits?: Readonly<Partial<Record<ProtocolName, readonly Edit[]>>>;
  /**
   * What makes a conversation fit that another vendor took part in. Default:
   * `standardHistoryRepairs`.
   */
  readonly historyRepairs?: Readonly<Partial<Record<ProtocolName, readonly HistoryRepair[]>>>;
  /**
   * The field that keeps a model from thinking which thinks unless it is told otherwise. Default:
   * none is known.
   */
  readonly reasoningOff?: Readonly<
    Partial<Record<ProtocolName, { readonly field: string; readonly value: unknown }>>
  >;
  /** Default: unknown, so not relied on. */
  readonly prefill?: Prefill;
  readonly quirks?: Quirks;
  /** The vendor's main current models. Other ids are passed on as they are. */
  readonly models: readonly ModelEntry[];
  readonly links: ProviderLinks;
  /** How each group of facts was established. */
  readonly verified: {
    readonly origins: Verification;
    readonly keyVariables: Verification;
    readonly authStyle: Verification;
    /** Absent when there are no edits. */
    readonly edits?: Verification;
    /** Absent when there are no prefixes. */
    readonly keyPrefixes?: Verification;
  };
  /** When the entry was last looked over: `YYYY-MM-DD`. */
  readonly asOf: string;
}
