/**
 * The configuration as the engine reads it: flat, with every value's source. Types only; made by
 * resolve.ts.
 */

import type { Credential, Selection } from '../../model/credential.ts';
import type { DescriptionLimits } from '../../model/descriptions.ts';
import type { Warning } from '../../model/events.ts';
import type { LoginSettings } from '../../model/oauth.ts';
import type { RecordSettings } from '../../model/record.ts';
import type { SpendingLimits } from '../../model/spending.ts';
import type { BlindModels, Route, Target } from '../../model/target.ts';
import type { ProviderEntry } from '../../providers/entry.ts';

/**
 * Where a value came from, as `config show` and `doctor` print it: `default`, `config.yaml:12`,
 * `env NAME`, `flag --port`.
 */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

export interface GatewaySettings {
  readonly host: Sourced<string>;
  readonly port: Sourced<number>;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly maxInflightBytes: number;
  readonly drainTimeoutMs: number;
  readonly sendTimeoutMs: number;
}

/** Where the log of the gateway goes. */
export interface LogSettings {
  /** Absolute; absent: beside the state. */
  readonly folder?: string | undefined;
  readonly format: 'auto' | 'text' | 'json';
  /** Days. */
  readonly keep: number;
}

/** What is kept of conversations of the chat. */
export interface SessionSettings {
  readonly save: boolean;
  /** Since a conversation was used last. */
  readonly keptMs: number;
  /** Of the file. */
  readonly maxBytes: number;
}

/** One configured provider. */
export interface ResolvedProvider {
  readonly name: string;
  readonly entry: ProviderEntry;
  /** In order of use (law 3); a provider without any needs no key or has none. */
  readonly credentials: readonly Credential[];
  /** Which of them a request takes. */
  readonly selection: Selection;
  /**
   * The vendor's known variables that were looked for in `.env` and the environment, for messages
   * about missing keys.
   */
  readonly keyVariables?: readonly string[];
  /** Sources that config forbids (`ignore_sources`). */
  readonly ignoredSources?: readonly string[] | undefined;
  /** How to log in there; absent where nobody can. */
  readonly oauth?: LoginSettings | undefined;
  /** A flat target for one of its models. */
  targetFor(model: string): Target;
}

/** A model name pattern (`*` matches any run) and the task or target it stands for. */
export interface Alias {
  readonly pattern: string;
  readonly to: string;
}

/** What holds for an auxiliary task as a whole. */
export interface ResolvedTask {
  /** One attempt's whole answer; the limits of its targets have it already. */
  readonly timeoutMs: number;
  /** Answers of no use are misses. */
  readonly isJudged: boolean;
  /** Absent: no limit. */
  readonly maxConcurrency?: number | undefined;
  /** Absent: as for every task. */
  readonly blindModels?: BlindModels | undefined;
}

export interface ResolvedConfig {
  /**
   * Which reading of it this is: 1 at the start, one more for each that was accepted. Absent: it is
   * no reading of a running program.
   */
  readonly generation?: number;
  /**
   * What the configuration was made from. `variable`: zero-config mode, from one known key
   * variable.
   */
  readonly origin:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'variable'; readonly provider: string; readonly variable: string }
    /** Zero-config mode, from a key that `auth add` stored. */
    | { readonly kind: 'stored'; readonly provider: string; readonly label: string }
    | { readonly kind: 'given' };
  /** Every provider named anywhere in the config, by name; none else is used (law 10). */
  readonly providers: ReadonlyMap<string, ResolvedProvider>;
  /**
   * `main` and every task under `auxiliary:`; a task that is switched off is absent and named in
   * `tasksOff`.
   */
  readonly routes: ReadonlyMap<string, Route>;
  /**
   * The main route as the tasks take it that we know and config does not name; found by their
   * names, and no model of `GET /v1/models`.
   */
  readonly impliedRoutes?: ReadonlyMap<string, Route>;
  readonly tasksOff: ReadonlySet<string>;
  /**
   * Settings of every task under `auxiliary:` that is not switched off, and of those in
   * `impliedRoutes`.
   */
  readonly tasks?: ReadonlyMap<string, ResolvedTask>;
  /**
   * Credential pools by `Target.pool`: the providers' own, and those of tasks with their own key or
   * base URL.
   */
  readonly pools: ReadonlyMap<string, readonly Credential[]>;
  /** How each pool chooses; a pool that is absent fills its first credential first. */
  readonly selections?: ReadonlyMap<string, Selection>;
  /**
   * Models that are one and the same at several providers: for the id of each target the others.
   * Absent: none.
   */
  readonly sameModels?: ReadonlyMap<string, readonly Target[]>;
  /** Absent: nothing has a budget. */
  readonly spending?: SpendingLimits;
  readonly aliases: readonly Alias[];
  /** Default: `route`. */
  readonly blindModels?: BlindModels | undefined;
  readonly unknownModel: 'error' | 'main';
  readonly pinnedFallback: 'none' | 'main';
  readonly gateway: GatewaySettings;
  /** How long, and how much of them, descriptions of images are kept. */
  readonly descriptions: DescriptionLimits;
  readonly log: LogSettings;
  readonly records: RecordSettings;
  readonly sessions: SessionSettings;
  /** Every value with its source, flat by key path, secrets masked: what `config show` prints. */
  readonly values: readonly {
    readonly key: string;
    readonly value: string;
    readonly source: string;
  }[];
  /** Named warnings, once per change, without secrets. */
  readonly warnings: readonly Warning[];
}
