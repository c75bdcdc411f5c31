/**
 * Credentials, the places their secrets live, and the lease an attempt carries. Types only; no
 * secret in any of them but `Secret`.
 */

import type { FailureClass } from './failure.ts';
import type { Operation } from './protocol.ts';
import type { SpendingLimit } from './spending.ts';

/** Where a secret lives. The order here is the default precedence (law 3). */
export type SecretSource =
  | 'config'
  | 'stored'
  | 'dotenv'
  | 'env'
  | 'file'
  | 'command'
  | 'keychain'
  | 'oauth';

/** A place in a file, for people: `config.yaml:12`. */
export interface FileLocation {
  readonly path: string;
  readonly line: number;
}

/** How to reach a secret; a secret itself only where config holds it in plain sight. */
export type SecretLocator =
  /** Stands in the config file. */
  | { readonly kind: 'literal'; readonly value: string }
  /**
   * Looked up in `.env`, then in the environment; with `file` (absolute) only in that dotenv file.
   */
  | {
      readonly kind: 'variable';
      readonly variable: string;
      readonly places: readonly ('dotenv' | 'env')[];
      readonly file?: string;
    }
  /**
   * The whole content of a file, trimmed; with `pointer` one value of a JSON or YAML file. Absolute
   * path.
   */
  | { readonly kind: 'file'; readonly path: string; readonly pointer?: string | undefined }
  /** What a program prints. */
  | ({ readonly kind: 'command' } & CommandSource)
  /** An entry of the system's keychain. */
  | { readonly kind: 'keychain'; readonly service: string; readonly account: string }
  /**
   * A key handed to `auth add`, by its id in `credentials.json`; `copiedFrom` is the variable that
   * it is a copy of.
   */
  | { readonly kind: 'stored'; readonly id: string; readonly copiedFrom?: string | undefined }
  /** The access token of a login, by its id in `credentials.json`. */
  | { readonly kind: 'oauth'; readonly id: string };

/** A program that prints a secret. */
export interface CommandSource {
  /** Program and arguments. With `shell`, one string for `/bin/sh -c`. */
  readonly command: readonly string[];
  readonly shell: boolean;
  /** Default: `defaults.command`. */
  readonly timeoutMs: number;
  /** How long its output stays good; 0 runs it for each lease. Default: `defaults.command`. */
  readonly ttlMs: number;
}

/** How a pool chooses among its credentials, per request and per process. Default: `fill-first`. */
export type Selection = 'fill-first' | 'round-robin' | 'least-used' | 'random';

/** A way to authenticate to one provider. It refers to a secret and never holds it in print. */
export interface Credential {
  /** Stable across restarts and edits of the secret: made of provider, source and label. */
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly source: SecretSource;
  readonly locator: SecretLocator;
  /** Where config names it; absent for a vendor's known variable. */
  readonly location?: FileLocation | undefined;
  /** The only origin this secret may be sent to. */
  readonly origin: string;
  /** Limit group from config; by default the credential's own fingerprint, alone. */
  readonly account?: string | undefined;
  /** Models it may be used for, `*` standing for any run; absent: all. */
  readonly models?: readonly string[] | undefined;
  /** What may be spent with it; absent: no limit of its own. */
  readonly budgets?: readonly SpendingLimit[] | undefined;
}

/**
 * What reading a credential's source gave. Unset, empty and malformed are three different messages
 * (law 4).
 */
export type SecretReading =
  | {
      readonly state: 'ok';
      readonly secret: Secret;
      readonly fingerprint: string;
      readonly foundAt: string;
    }
  | {
      /**
       * `failed`: the source itself broke (a command, a keychain, a refresh); its own error is the
       * detail.
       */
      readonly state: 'unset' | 'empty' | 'malformed' | 'failed';
      readonly lookedIn: readonly string[];
      readonly detail: string;
      /** It is malformed because it is a key of our own gateway (law 12). */
      readonly isGatewayKey?: true;
      /** Who gave the secret has withdrawn it: asking again is no use before a login. */
      readonly isRevoked?: true;
    };

/** A secret that can be used. */
export type GoodReading = Extract<SecretReading, { readonly state: 'ok' }>;

/** How much of a limit is left, as the provider said with its latest answer. Times are epoch ms. */
export interface LimitLeft {
  /** What is limited: `tokens`. */
  readonly of: string;
  /** 0 to 1. */
  readonly share: number;
  /** When the limit is full again. */
  readonly renewsAt: number;
  /** When the provider said so. */
  readonly asOf: number;
}

/** What a source said that had no secret to give. */
export type SourceFault = Pick<Exclude<SecretReading, GoodReading>, 'detail' | 'isRevoked'>;

/** A source that must be waited for: nothing of it is known yet. */
export interface PendingReading {
  readonly state: 'pending';
}

/**
 * A secret in memory. Printing, serialising or inspecting one shows its fingerprint; only the
 * sender calls `reveal`.
 */
export interface Secret {
  reveal(): string;
  toJSON(): string;
  toString(): string;
}

/** What an attempt carries; its outcome is charged to this and to nothing else (law 14). */
export interface Lease {
  readonly credentialId: string;
  readonly label: string;
  /** Where the secret was found: `config.yaml:5 → .env:3`, `environment XIAOMI_API_KEY`. */
  readonly foundAt: string;
  /** `none` where the target needs no key. */
  readonly fingerprint: string;
  readonly account: string;
  readonly origin: string;
  /** The target's: what comes of the attempt is said of it alone (law 5). */
  readonly site: string;
  readonly model: string;
  readonly operation: Operation;
  readonly leasedAt: number;
  /**
   * Set when this attempt finds out whether marks are over; empty where it comes right behind their
   * end, out of a queue.
   */
  readonly probeOf?: readonly string[];
  /** What these marks were held back for. */
  readonly probedCauses?: readonly FailureClass[];
}
