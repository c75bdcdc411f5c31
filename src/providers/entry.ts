/**
 * Defines a provider entry: everything Holdfast knows about a vendor, as data. Config resolves
 * targets from entries; no shared code branches on a vendor's name. Prices, and other agents' names
 * for a vendor, are data under its name too.
 */

import type { AuthStyle, ProtocolName } from '../model/protocol.ts';
import type { Edit, HistoryRepair, StrictRoles } from '../model/target.ts';

/**
 * Says how a fact was established: `D` vendor documentation, `S` read in public source, `I` a
 * public issue, `3` a third party, `n/v` not verified: capture a real sample before relying on it.
 * Facts that no page prints have their mark in a comment: `// [S]`.
 */
export type Verification = 'D' | 'S' | 'I' | '3' | 'n/v';

/**
 * The unit that a vendor's limits count for. `global`: more keys or accounts do not help; `none`:
 * the vendor sets no limits (local servers).
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
 * A base URL per protocol: the part before `/chat/completions`, `/responses` or `/messages`,
 * without a trailing slash: `https://api.deepseek.com/v1`. A protocol that the vendor does not
 * speak is absent; the first is the vendor's own.
 */
export type Origins = Readonly<Partial<Record<ProtocolName, string>>>;

/** A part of an address that its user names: `https://{resource}.openai.azure.com`. */
export type PartName = 'resource' | 'region';

/**
 * Is another site or plan of the same vendor, chosen in config by `base_url`. Keys of one site
 * rarely work at another.
 */
export interface AlternativeOrigin {
  /** Is short, kebab-case and unique in its entry: `token-plan-cn`, `china`. */
  readonly name: string;
  readonly origins: Origins;
  /** Keys of the other sites are refused here, and those of this one there. Default: they fit. */
  readonly hasOwnKeys?: true;
  /** One sentence that says when to choose this one. */
  readonly note: string;
  /** Prefixes of this site's keys, if they differ from those of the main site. */
  readonly keyPrefixes?: readonly string[];
  /**
   * Variables whose key belongs only to this site. They are not among the entry's `keyVariables`.
   * Default: none.
   */
  readonly keyVariables?: readonly string[];
  /** Pages of this site, where they are not those of the main one. Default: see `linksAt`. */
  readonly links?: Partial<ProviderLinks>;
  readonly verified: Verification;
}

/**
 * A vendor's variable that moves its origin. The key in the variable of the same prefix
 * (`X_API_KEY` beside `X_BASE_URL`) is then sent only there (law 12).
 */
export interface BaseUrlVariable {
  readonly variable: string;
  /** It moves these protocols; the vendor's others are not offered while it is set. */
  readonly protocols: readonly ProtocolName[];
  /**
   * Appended to the variable's value to make a base URL, unless it already ends so: `/v1`. Default:
   * nothing.
   */
  readonly suffix?: string;
}

/** An unknown fact is absent, never guessed; config can override each. */
export interface ModelEntry {
  /** In the form that the vendor's API accepts. */
  readonly id: string;
  /** Other ids of the same model; `*` matches any text. Default: none. */
  readonly aliases?: readonly string[];
  /** Tokens that the model reads and writes in all. */
  readonly contextWindow?: number;
  /** Tokens that the model writes at most in one answer. */
  readonly maxOutput?: number;
  /** Reasons before it answers: always, never, or as the request asks. */
  readonly thinks?: boolean | 'optional';
  /** Calls tools. */
  readonly tools?: boolean;
  /** Reads images. */
  readonly images?: boolean;
  /** Continues a trailing assistant message. Default: the entry's `prefill`. */
  readonly prefill?: boolean;
  /** The vendor switches it off, or did, on this day: `YYYY-MM-DD`. */
  readonly retiredOn?: string;
  /** These facts were true on this day: `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly verified: Verification;
}

/**
 * Says whether, and how, a model continues a trailing assistant message; recovery of broken streams
 * needs it.
 */
export interface Prefill {
  /**
   * `model`: it depends on the model, so read `ModelEntry.prefill`, which means no if it is absent.
   */
  readonly accepted: boolean | 'model';
  /**
   * A field that the trailing assistant message must have, or the vendor starts a new turn:
   * `prefix`, `partial`. A protocol missing here is unknown, and not continued. Default: no field
   * is needed.
   */
  readonly messageFields?: Readonly<Partial<Record<ProtocolName, string>>>;
  /** The only base URL at which it works, if not the main one. */
  readonly origin?: string;
}

/** Facts about a vendor's API that the engine must know. Absent: it follows the protocol. */
export interface VendorBehavior {
  /** Assistant messages of a tool loop must include their reasoning, or the vendor answers 400. */
  readonly requiresReasoningBack?: boolean;
  /** Answers `messages/count_tokens`. */
  readonly countsTokens?: boolean;
  /**
   * The vendor documents that this long a silence before the first byte is normal, in milliseconds.
   */
  readonly slowStartMs?: number;
  /**
   * Answers one request after the other, unless it is set up otherwise: side tasks give way to the
   * conversation.
   */
  readonly answersOne?: true;
  /**
   * Reads the line of the system prompt in which Claude Code says who pays. Default: the line is
   * removed.
   */
  readonly readsBillingLine?: true;
  /**
   * Protocols in which it reads `cache_control`, which marks the end of its prompt cache. Default:
   * none.
   */
  readonly takesCacheMarks?: readonly ProtocolName[];
  /**
   * The order of roles that its chat templates require: a translated request follows it. Default:
   * any order is accepted.
   */
  readonly roles?: StrictRoles;
}

export interface ProviderLinks {
  readonly docs: string;
  /** The page that creates keys. Absent for local servers. */
  readonly keys?: string;
  readonly errors?: string;
  readonly limits?: string;
  readonly status?: string;
  readonly pricing?: string;
}

/**
 * Describes one vendor. To add one, add a file to `entries/` that exports this type, and a line to
 * `builtin.ts`.
 */
export interface ProviderEntry {
  /**
   * Its name in config: small letters and digits, unique, and not `any`. In the ids of its
   * signatures a hyphen follows it.
   */
  readonly name: string;
  /** Its name for people. */
  readonly title: string;
  /** Empty only for an entry whose `base_url` must come from config. */
  readonly origins: Origins;
  /**
   * The parts of its origins, each with the vendor's variables that name it where config does not,
   * in order of use. Default: its origins have no parts.
   */
  readonly parts?: Readonly<Partial<Record<PartName, readonly string[]>>>;
  /** It defaults to none. */
  readonly alternativeOrigins?: readonly AlternativeOrigin[];
  /** The vendor's key variables, in order of use. Each variable belongs to one provider. */
  readonly keyVariables: readonly string[];
  /** It defaults to none; another `*_BASE_URL` variable is not read. */
  readonly baseUrlVariables?: readonly BaseUrlVariable[];
  /** Says how a key is sent; an origin's protocol that is absent here uses `bearer`. */
  readonly authStyle: Readonly<Partial<Record<ProtocolName, AuthStyle>>>;
  /**
   * Prefixes by which the vendor's keys are recognisable. For warnings, and to keep callers' logins
   * from other vendors; never for choosing a provider.
   */
  readonly keyPrefixes?: readonly string[];
  /**
   * Names the account of a caller's own login, in lower case: in the request, or in the vendor's
   * answer. Default: none is known.
   */
  readonly accountHeader?: string;
  /** It has no keys: callers bring logins of their own. Default: it has. */
  readonly takesLoginsOnly?: true;
  /**
   * It is a program that people run themselves, at any address. Default: a vendor's own service.
   */
  readonly isSoftware?: true;
  /** Words of the command that fetches the model named behind it. Default: there is none. */
  readonly pullCommand?: readonly string[];
  /** It answers without a key (local servers). Default: a key is required. */
  readonly isKeyless?: true;
  /**
   * Is the model of zero-config mode (law 10). Absent, or with `parts`: this provider is never
   * chosen without a config.
   */
  readonly defaultModel?: string;
  readonly limitScope: LimitScope;
  /**
   * Gives the source of `limitScope`: an address, or `n/v` with the reason for the guess. Default:
   * the page of limits.
   */
  readonly limitScopeSource?: string;
  /**
   * Changes the body of every request to this vendor, relayed or translated, after the model is
   * known. Default: nothing changes.
   */
  readonly bodyEdits?: Readonly<Partial<Record<ProtocolName, readonly Edit[]>>>;
  /** Fits a conversation that another vendor took part in. Default: `standardHistoryRepairs`. */
  readonly historyRepairs?: Readonly<Partial<Record<ProtocolName, readonly HistoryRepair[]>>>;
  /**
   * The field that switches off the reasoning of a model that otherwise reasons. Default: none is
   * known.
   */
  readonly reasoningOff?: Readonly<
    Partial<Record<ProtocolName, { readonly field: string; readonly value: unknown }>>
  >;
  /**
   * Models, by a pattern (`*` matches any text), that it serves in these of its protocols only; the
   * first pattern that fits counts. Default: every model in all of them.
   */
  readonly served?: readonly {
    readonly models: string;
    readonly in: readonly ProtocolName[];
  }[];
  /** It defaults to unknown, so it is not relied on. */
  readonly prefill?: Prefill;
  readonly behavior?: VendorBehavior;
  /** Lists the vendor's main current models. Other ids are passed on unchanged. */
  readonly models: readonly ModelEntry[];
  readonly links: ProviderLinks;
  /** Says how each group of facts was established. */
  readonly verified: {
    readonly origins: Verification;
    readonly keyVariables: Verification;
    readonly authStyle: Verification;
    /** Absent if there are no edits. */
    readonly bodyEdits?: Verification;
    /** Absent if there are no prefixes. */
    readonly keyPrefixes?: Verification;
  };
  /** The entry was last checked on this day: `YYYY-MM-DD`. */
  readonly asOf: string;
}
