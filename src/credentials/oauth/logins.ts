/**
 * Supplies access tokens of logins to requests. It renews them before they end, with one task for
 * all who wait in this process (source `oauth` of step 2 of a request).
 */

import type { CredentialsFile } from '../../config/files/credentials-file.ts';
import { fingerprintOf } from '../../config/secrets/fingerprint.ts';
import { assertNever } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import type { Fix } from '../../model/fix.ts';
import type { RenewedToken } from '../../model/oauth.ts';
import { untilAborted, within } from '../../transport/within.ts';
import type { Redactor } from '../redact/redact.ts';
import { judgeAge, type TokenAge } from './due.ts';
import { isSameIdentity, type Login, nameLogin, type Refusal } from './login.ts';
import { type Renewal, Renewer, type RenewOptions } from './renewer.ts';
import type { SharedLogins } from './shared-logins.ts';
import { LoginVault } from './vault.ts';

/** A login by its id, and the origin that asks for its token: it is found for no other (law 12). */
export interface TokenPlace {
  readonly id: string;
  readonly origin: string;
}

export type TokenState =
  | { readonly kind: 'good'; readonly login: Login }
  /** The token must be renewed first; `isUsable` while the old one still works. */
  | { readonly kind: 'due'; readonly login: Login; readonly isUsable: boolean }
  /** There is no usable token. */
  | ({ readonly kind: 'ended' } & Obstacle)
  | { readonly kind: 'gone'; readonly problem: string | undefined };

/** Why there is no usable token. `isRevoked`: only a new login helps. */
interface Obstacle {
  readonly detail: string;
  readonly isRevoked: boolean;
  /** What helps where a new login does not. */
  readonly fix?: Fix | undefined;
}

export interface LoginsParts {
  readonly host: Host;
  readonly credentialsFile: CredentialsFile;
  readonly redactor: Redactor;
  readonly onEvent: EventListener;
  /**
   * Called when a login gets another token, from whichever process, before that token can be read.
   */
  readonly onRenewed: (renewed: RenewedToken) => void;
  /** Absent: this home is no member of a fleet. */
  readonly shared?: SharedLogins | undefined;
}

/** While the old token works, a request waits at most this long for the new one. */
const patienceMs = 2000;
/** A refusal does not renew a token younger than this: the next one would be refused too. */
const youngMs = 60_000;
/** Pauses after refreshes that failed in a row; the last one repeats. */
const pausesMs = [2000, 5000, 10_000, 30_000, 60_000];

interface Pause {
  readonly until: number;
  readonly failures: number;
  readonly why: Failed;
}

type Failed = Pick<Extract<Renewal, { readonly kind: 'failed' }>, 'reason' | 'isDown'>;

export class Logins {
  readonly vault: LoginVault;
  readonly #parts: LoginsParts;
  readonly #renewer: Renewer;
  /** Drawn at the first use. */
  #jitter: number | undefined;
  readonly #running = new Map<string, Promise<Renewal>>();
  readonly #pauses = new Map<string, Pause>();
  readonly #warned = new Set<string>();
  readonly #seen = new Map<string, Login>();

  constructor(parts: LoginsParts) {
    const { host, credentialsFile, redactor, shared } = parts;
    const { path } = credentialsFile;
    this.#parts = parts;
    this.vault = new LoginVault({ file: credentialsFile, place: { host, path }, redactor, shared });
    this.#renewer = new Renewer({
      host,
      vault: this.vault,
      path,
      redact: (text) => redactor.redact(text),
      shared,
    });
  }

  /** Answers without waiting or sending anything. */
  look({ id, origin }: TokenPlace): TokenState {
    const login = this.vault.find(id);
    if (login === undefined || login.origin !== origin)
      return { kind: 'gone', problem: this.vault.problem };
    this.#see(login);
    const age = this.#judge(login);
    if (age === 'fresh') return { kind: 'good', login };
    const obstacle = this.#findObstacle(login);
    if (obstacle === undefined) return { kind: 'due', login, isUsable: age !== 'over' };
    return age === 'over' ? { kind: 'ended', ...obstacle } : { kind: 'good', login };
  }

  /** Renews a due token first. Rejects only with the signal's reason. */
  async read(place: TokenPlace, signal: AbortSignal): Promise<TokenState> {
    const state = this.look(place);
    if (state.kind !== 'due') return state;
    const isSoon = this.#judge(state.login) === 'soon';
    const task = this.renew(state.login);
    const renewal = isSoon
      ? await within(this.#parts.host.clock, patienceMs, untilAborted(task, signal))
      : await untilAborted(task, signal);
    return this.#conclude(place, renewal);
  }

  /**
   * Called after the provider refused the token with this fingerprint. Rejects only with the
   * signal's reason.
   */
  async reread(place: TokenPlace, refused: string, signal: AbortSignal): Promise<TokenState> {
    const { id, origin } = place;
    const login = this.vault.find(id);
    if (login === undefined || login.origin !== origin)
      return { kind: 'gone', problem: this.vault.problem };
    const isOther = fingerprintOf(origin, login.tokens.access) !== refused;
    const isYoung = Math.abs(this.#now() - login.tokens.receivedAt) < youngMs;
    // A token that cannot be renewed is treated like any other refused key.
    if (isOther || isYoung || login.tokens.refresh === undefined) return this.look(place);
    const obstacle = this.#findObstacle(login);
    if (obstacle !== undefined) return { kind: 'ended', ...obstacle };
    const renewal = await untilAborted(this.renew(login), signal);
    switch (renewal.kind) {
      case 'renewed':
        return this.look(place);
      case 'refused':
        return { kind: 'ended', detail: describeRefusal(login, renewal.refusal), isRevoked: true };
      case 'failed':
        return { kind: 'ended', ...describeRenewalFault(login, renewal) };
      default:
        return assertNever(renewal);
    }
  }

  /**
   * Joins the renewal under way, or begins one, which finishes even if nobody waits for it any
   * more.
   */
  renew(login: Login, options: RenewOptions = {}): Promise<Renewal> {
    const running = this.#running.get(login.id);
    if (running !== undefined) return running;
    const task = this.#renew(login, options).finally(() => this.#running.delete(login.id));
    this.#running.set(login.id, task);
    return task;
  }

  /** Resolves when no token request is under way: cutting one off may lose a login. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  async #renew(login: Login, options: RenewOptions): Promise<Renewal> {
    const renewal = await this.#renewer.renew(login, options);
    if (renewal.kind === 'failed') this.#pause(login, renewal);
    else this.#pauses.delete(login.id);
    if (renewal.kind === 'refused') this.#warn(login, renewal.refusal);
    return renewal;
  }

  #see(login: Login): void {
    const seen = this.#seen.get(login.id);
    if (seen === login) return;
    this.#seen.set(login.id, login);
    const { origin, tokens } = login;
    if (seen === undefined || seen.tokens.access === tokens.access || !isSameIdentity(seen, login))
      return;
    const before = fingerprintOf(origin, seen.tokens.access);
    this.#parts.onRenewed({ origin, before, after: fingerprintOf(origin, tokens.access) });
  }

  #conclude(place: TokenPlace, renewal: Renewal | undefined): TokenState {
    const state = this.look(place);
    if (state.kind !== 'due') return state;
    const { login, isUsable } = state;
    if (isUsable || renewal?.kind === 'renewed') return { kind: 'good', login };
    const why = renewal?.kind === 'failed' ? renewal : { reason: 'it takes too long' };
    return { kind: 'ended', ...describeRenewalFault(login, why) };
  }

  /** Returns why this login is not renewed now. */
  #findObstacle(login: Login): Obstacle | undefined {
    const { refusal, tokens } = login;
    if (refusal !== undefined && refusal.until > this.#now()) {
      this.#warn(login, refusal);
      return { detail: describeRefusal(login, refusal), isRevoked: true };
    }
    if (tokens.refresh === undefined) {
      const detail = `the login ${nameLogin(login)} has run out and cannot be refreshed; ${loginAgain(login)}`;
      return { detail, isRevoked: true };
    }
    const pause = this.#pauses.get(login.id);
    if (pause === undefined || pause.until <= this.#now()) return undefined;
    return describeRenewalFault(login, pause.why);
  }

  #pause({ id }: Login, why: Failed): void {
    const failures = (this.#pauses.get(id)?.failures ?? 0) + 1;
    const pauseMs = pausesMs[failures - 1] ?? pausesMs.at(-1) ?? 0;
    this.#pauses.set(id, { until: this.#now() + pauseMs, failures, why });
  }

  /** Warns of a refusal, once for each. */
  #warn(login: Login, refusal: Refusal): void {
    const event = `${login.id} ${refusal.at}`;
    if (this.#warned.has(event)) return;
    this.#warned.add(event);
    this.#parts.onEvent({
      type: 'warning',
      code: 'login-ended',
      text: describeRefusal(login, refusal),
    });
  }

  #judge({ tokens }: Login): TokenAge {
    this.#jitter ??= this.#parts.host.random();
    return judgeAge(tokens, this.#now(), this.#jitter);
  }

  #now(): number {
    return this.#parts.host.clock.now();
  }
}

function describeRefusal(login: Login, { reason }: Refusal): string {
  return `the login ${nameLogin(login)} has ended (${reason}); ${loginAgain(login)}`;
}

/** A server that is down has not ended the login, and takes no new one either. */
function describeRenewalFault(login: Login, { reason, isDown }: Failed): Obstacle {
  const detail = `the login ${nameLogin(login)} could not be refreshed: ${reason}`;
  if (isDown !== true) return { detail, isRevoked: false };
  const { origin } = new URL(login.server.tokenEndpoint);
  const text = `wait for ${origin}, the server of that login, or ask whoever runs it: the login has not ended, and is tried again by itself`;
  return { detail, isRevoked: false, fix: { text } };
}

function loginAgain({ provider }: Login): string {
  return `log in again: ${shellLine`holdfast auth login ${provider}`}`;
}
