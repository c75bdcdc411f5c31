/**
 * The configuration as the engine reads it: flat, with every value's source. Types only; created by
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
 * Names a value's source as `config show` and `doctor` print it: `default`, `config.yaml:12`, `env
 * NAME`, `flag --port`.
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
  /** `local`: a request without a gateway key is relayed with the login that it brings. */
  readonly callerLogin: 'off' | 'local';
  /** The page is served at `/ui/`. */
  readonly ui: boolean;
  /** The origin of the https server in front, without a slash at its end. Absent: there is none. */
  readonly publicUrl?: string | undefined;
  readonly maxInflightBytes: number;
  /** What says so: `config.yaml:4`, `default`. */
  readonly maxInflightSource: string;
  /** After a stop it takes requests for so long, and says that it is not ready. */
  readonly drainDelayMs: number;
  readonly drainTimeoutMs: number;
  readonly memory: 'small' | 'fast';
  readonly sendTimeoutMs: number;
}

export interface LogSettings {
  /** Absolute path. Default: the state folder. */
  readonly folder?: string | undefined;
  readonly format: 'auto' | 'text' | 'json' | 'json-stderr';
  /** In days. */
  readonly keep: number;
}

/** Limits how long the chat's conversations are kept. */
export interface SessionSettings {
  readonly save: boolean;
  /** Counts from a conversation's last use. */
  readonly keptMs: number;
  /** Limits the size of the file. */
  readonly maxBytes: number;
}

export interface ResolvedProvider {
  readonly name: string;
  readonly entry: ProviderEntry;
  /** In order of use (law 3); empty if the provider needs no key or has none. */
  readonly credentials: readonly Credential[];
  /** Decides which of them a request uses. */
  readonly selection: Selection;
  /**
   * The vendor's known variables that were looked up in `.env` and the environment, for messages
   * about missing keys.
   */
  readonly keyVariables?: readonly string[];
  /** Lists sources that are forbidden by `ignore_sources`. */
  readonly ignoredSources?: readonly string[] | undefined;
  /** The variable beside its key's that names its address. Absent: none does. */
  readonly movedBy?: string | undefined;
  /** Absent if no login is configured. */
  readonly oauth?: LoginSettings | undefined;
  targetFor(model: string): Target;
}

/** A model name pattern (`*` matches any text) and the task or target it stands for. */
export interface Alias {
  readonly pattern: string;
  readonly to: string;
}

export interface ResolvedTask {
  /** Limit of one attempt's whole answer; the limits of its targets include it. */
  readonly timeoutMs: number;
  /** Unusable answers count as failures. */
  readonly isJudged: boolean;
  /** Default: no limit. */
  readonly maxConcurrency?: number | undefined;
  /** Default: the general setting. */
  readonly blindModels?: BlindModels | undefined;
}

export interface ResolvedConfig {
  /**
   * Number of this configuration: 1 at the start, plus one for each accepted change. Absent outside
   * a running program.
   */
  readonly generation?: number;
  /** The source of the configuration. `variable`: zero-config mode, from one known key variable. */
  readonly origin:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'variable'; readonly variable: string }
    /** Zero-config mode uses a key that `auth add` stored. */
    | { readonly kind: 'stored'; readonly label: string }
    | { readonly kind: 'given' };
  /** All providers named in the config, by name; no others are used (law 10). */
  readonly providers: ReadonlyMap<string, ResolvedProvider>;
  /**
   * `main` and every task under `auxiliary:`; a disabled task is absent and listed in `tasksOff`.
   */
  readonly routes: ReadonlyMap<string, Route>;
  /**
   * Routes of the known tasks that config does not name, derived from the main route. Found by
   * name, but not listed in `GET /v1/models`.
   */
  readonly impliedRoutes?: ReadonlyMap<string, Route>;
  readonly tasksOff: ReadonlySet<string>;
  /** Includes every enabled task under `auxiliary:`, and those in `impliedRoutes`. */
  readonly tasks?: ReadonlyMap<string, ResolvedTask>;
  /**
   * Credential pools by `Target.pool`: the providers' own, and those of tasks with their own key or
   * base URL.
   */
  readonly pools: ReadonlyMap<string, readonly Credential[]>;
  /** By default the first credential of a pool is used first. */
  readonly selections?: ReadonlyMap<string, Selection>;
  /**
   * Models that are identical at several providers: each target's id with the other targets.
   * Default: none.
   */
  readonly sameModels?: ReadonlyMap<string, readonly Target[]>;
  /** Absent: there are no budgets. */
  readonly spending?: SpendingLimits;
  readonly aliases: readonly Alias[];
  /** Default: `route`. */
  readonly blindModels?: BlindModels | undefined;
  readonly unknownModel: 'error' | 'main';
  readonly pinnedFallback: 'none' | 'main';
  readonly gateway: GatewaySettings;
  /** Age and size limits of stored image descriptions. */
  readonly descriptions: DescriptionLimits;
  readonly log: LogSettings;
  readonly records: RecordSettings;
  readonly sessions: SessionSettings;
  /** Address of a fleet's engine, with its variables as they are written. Absent: none. */
  readonly state?: string | undefined;
  /** Lists every value with its source, flat by key path, secrets masked, for `config show`. */
  readonly values: readonly {
    readonly key: string;
    readonly value: string;
    readonly source: string;
  }[];
  /** Logged once per change; contain no secrets. */
  readonly warnings: readonly Warning[];
}
