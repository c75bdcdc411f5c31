/**
 * Credentials, where their secrets are, and the lease that an attempt uses. Types only; only
 * `Secret` contains a secret.
 */

import type { FailureClass } from './failure.ts';
import type { Fix } from './fix.ts';
import type { Operation } from './protocol.ts';
import type { SpendingLimit } from './spending.ts';

/** The place of a secret. The order here is the default precedence (law 3). */
export type SecretSource =
  | 'config'
  | 'stored'
  | 'dotenv'
  | 'env'
  | 'file'
  | 'command'
  | 'keychain'
  | 'oauth'
  | 'caller';

export interface FileLocation {
  readonly path: string;
  readonly line: number;
}

/** How to reach a secret. It contains the secret only if config has it in plain text. */
export type SecretLocator =
  /** The config file contains the secret itself. */
  | { readonly kind: 'literal'; readonly value: string }
  /**
   * Read from `.env`, then from the environment; with `file` (absolute path) only from that dotenv
   * file.
   */
  | {
      readonly kind: 'variable';
      readonly variable: string;
      readonly places: readonly ('dotenv' | 'env')[];
      readonly file?: string;
    }
  /**
   * The whole content of a file, trimmed; with `pointer` one value of a JSON or YAML file. `path`
   * is absolute.
   */
  | { readonly kind: 'file'; readonly path: string; readonly pointer?: string | undefined }
  /** A program prints the secret. */
  | ({ readonly kind: 'command' } & CommandSource)
  /** The secret is an entry of the system's keychain. */
  | { readonly kind: 'keychain'; readonly service: string; readonly account: string }
  /**
   * A key that `auth add` stored, by its id in `credentials.json`; `copiedFrom` is the variable
   * that it was copied from, `addedFor` another host of the same site that it was stored for.
   */
  | {
      readonly kind: 'stored';
      readonly id: string;
      readonly copiedFrom?: string | undefined;
      readonly addedFor?: string;
    }
  /** The secret is the access token of a login; `id` is that in `credentials.json`. */
  | { readonly kind: 'oauth'; readonly id: string }
  /** Each caller brings its own with its request, and it is nowhere else. */
  | { readonly kind: 'caller' };

export interface CommandSource {
  /** Lists program and arguments; with `shell`, one string for `/bin/sh -c`. */
  readonly command: readonly string[];
  readonly shell: boolean;
  /** Default: `defaults.command`. */
  readonly timeoutMs: number;
  /** Its output is valid this long; 0 runs it for each lease. Default: `defaults.command`. */
  readonly ttlMs: number;
}

/** How a pool chooses among its credentials, per request and per process. Default: `fill-first`. */
export type Selection = 'fill-first' | 'round-robin' | 'least-used' | 'random';

/** A way to authenticate to one provider. It refers to a secret and never prints it. */
export interface Credential {
  /** Made of provider, source and label, so restarts and edits of the secret keep it. */
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly source: SecretSource;
  readonly locator: SecretLocator;
  /** The place in config that names it; absent for a vendor's known variable. */
  readonly location?: FileLocation | undefined;
  /** The secret may be sent to no other origin. */
  readonly origin: string;
  /**
   * The group that shares its limits, from config. Default: the credential's own fingerprint,
   * alone.
   */
  readonly account?: string | undefined;
  /** Models it may be used for, with `*` for any text. Absent: all. */
  readonly models?: readonly string[] | undefined;
  /** What may be spent with it. Absent: it has no limit of its own. */
  readonly budgets?: readonly SpendingLimit[] | undefined;
  /** Of a caller's login: a request that brings one is answered by it, or by nobody. */
  readonly fallback?: 'none' | undefined;
}

/** A body as it came packed, and by what. */
export interface PackedBody {
  readonly encoding: string;
  readonly bytes: Buffer | readonly Buffer[];
}

/**
 * A caller's own login for one request (law 2): relayed to its vendor as it came, and to nobody
 * else. It lives in memory, as long as the request.
 */
export interface CallerLogin {
  readonly secret: Secret;
  /** The headers that carry it, in lower case: they are sent as they came. */
  readonly names: readonly string[];
  /** The query of its request, without the question mark. */
  readonly query: string;
  /** The body of its request as it came packed. Absent: it came plain. */
  readonly packed?: PackedBody | undefined;
  /** No key of this gateway came beside it, so nothing of ours may be used for the request. */
  readonly isAlone: boolean;
  /** The one target that it may be sent to. Absent: it is sent nowhere. */
  target?: string | undefined;
  /** The id of the credential that it is relayed as there. Absent: as none. */
  credentialId?: string | undefined;
  /** Nobody else answers its request: whatever its vendor says is the answer. */
  isOnly: boolean;
  /** The vendor of it that its provider is not. Default: not known to be of another. */
  isOf?: string | undefined;
  /** The account whose limits it shares, as far as its vendor has named it. */
  readonly account: string | undefined;
  fingerprintAt(origin: string): string;
  /** Learns its account from the head of an answer. */
  noteAnswer(headers: Readonly<Record<string, string>>): void;
  /** Its vendor has refused it. */
  noteRefused(): void;
  /** True from 10 s to 5 min after it was refused: so long it is not shown to its vendor again. */
  isRefused(): boolean;
}

/** The place of a secret, in words and in parts. */
export interface SecretLocation {
  /** The whole place, such as `config.yaml:5 → .env:3` or `environment XIAOMI_API_KEY`. */
  readonly foundAt: string;
  /** The line of config that names the place, such as `config.yaml:5`. Absent: none does. */
  readonly namedAt?: string | undefined;
  /** The place itself, such as `.env:3`. Absent: the given config, which is not a file. */
  readonly heldAt?: string | undefined;
  /** The environment variable that contains it. Absent: it is somewhere else. */
  readonly variable?: string | undefined;
}

/**
 * The result of reading a credential's source. Unset, empty and malformed get three different
 * messages (law 4).
 */
export type SecretReading =
  | ({
      readonly state: 'ok';
      readonly secret: Secret;
      readonly fingerprint: string;
    } & SecretLocation)
  | {
      /**
       * `failed`: the source itself failed (a command, a keychain, a refresh); `detail` is its own
       * error.
       */
      readonly state: 'unset' | 'empty' | 'malformed' | 'failed';
      readonly lookedIn: readonly string[];
      readonly detail: string;
      /** What makes the source give a key. Absent: another key. */
      readonly fix?: Fix;
      /** The value is a key of our own gateway (law 12). */
      readonly isGatewayKey?: true;
      /** The issuer withdrew the secret: only a new login helps. */
      readonly isRevoked?: true;
    };

export type GoodReading = Extract<SecretReading, { readonly state: 'ok' }>;

/** One limit of a key or an account, as its provider reported it last. Times are epoch ms. */
export interface LimitWindow {
  /** Names what is counted: `requests`, `tokens`, or `plan`, the use of a subscription. */
  readonly of: string;
  /** The model that it counts, or the provider's name for a group of them. Absent: all models. */
  readonly model?: string | undefined;
  /** Absent: the provider does not say. */
  readonly lengthMs?: number | undefined;
  /** It fills up all the time and is full at `renewsAt`. Absent: it begins anew then. */
  readonly refills?: true | undefined;
  /**
   * The share that is left, 0 to 1. Absent: unknown, since it has begun anew after the reading, or
   * the provider said no number.
   */
  readonly share?: number | undefined;
  /** What is left of `limit`, if the provider says numbers. */
  readonly left?: number | undefined;
  readonly limit?: number | undefined;
  /** Absent: unknown. */
  readonly renewsAt?: number | undefined;
  /** When the answer came that said so. */
  readonly asOf: number;
  /** It is empty then at the pace of late. Absent: it lasts, or the pace says nothing. */
  readonly emptyAt?: number | undefined;
}

/** What one answer said of one limit of an account. */
export interface LimitReading extends Omit<LimitWindow, 'emptyAt'> {
  readonly site: string;
  readonly account: string;
  /** The id of the credential that was asked. */
  readonly credential: string;
  /** It says nothing any more then, epoch ms: the end of the window, or our guess of it. */
  readonly until: number;
  /** Input from the provider's cache is not counted, so nobody knows what a request takes of it. */
  readonly sparesCache?: true | undefined;
}

/** The limits of one account whose logins callers bring. */
export interface LoginWindows {
  /** A hash of the account, or a login's fingerprint where its vendor names none. */
  readonly account: string;
  readonly windows: readonly LimitWindow[];
}

/** Why a source had no secret. */
export type SourceFault = Pick<Exclude<SecretReading, GoodReading>, 'detail' | 'isRevoked'>;

/** The source must be waited for, and nothing is known yet. */
export interface PendingReading {
  readonly state: 'pending';
}

/**
 * A secret in memory. Printing, serialising or inspecting it shows its fingerprint; only the sender
 * calls `reveal`.
 */
export interface Secret {
  reveal(): string;
  toJSON(): string;
  toString(): string;
}

/**
 * The credential and target of one attempt; its outcome is charged to this and to nothing else (law
 * 14).
 */
export interface Lease extends SecretLocation {
  readonly credentialId: string;
  readonly label: string;
  /** `none` if the target needs no key. */
  readonly fingerprint: string;
  readonly account: string;
  readonly origin: string;
  /** The target's site: the outcome counts for it alone (law 5). */
  readonly site: string;
  readonly model: string;
  readonly operation: Operation;
  readonly leasedAt: number;
  /**
   * Keys of the marks that this attempt probes; empty for a queued request that follows right after
   * their end.
   */
  readonly probeOf?: readonly string[];
  /** The causes of these marks. */
  readonly probedCauses?: readonly FailureClass[];
}
