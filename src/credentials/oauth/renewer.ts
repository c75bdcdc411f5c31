/**
 * Renews a login with one token request per refresh token, whoever asks and in whichever process
 * (law 8). Each step is written down before it is taken, so that a crash leaves the old tokens, the
 * new ones, or an answer that another process can finish.
 */

import { isDeepStrictEqual } from 'node:util';
import { CredentialError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { PutSealed } from '../../store/store.ts';
import { holdLockFile, type IsHeld, type LockHost } from '../stored/lock-file.ts';
import {
  type DraftLogin,
  isSameIdentity,
  type Login,
  nameLogin,
  type Refusal,
  renewTokens,
} from './login.ts';
import { type GrantResult, requestTokens } from './request-tokens.ts';
import { countChange, type SharedLogins, versionOf } from './shared-logins.ts';
import type { LoginVault } from './vault.ts';

/** In every case the stored tokens are the old ones or better ones. */
export type Renewal =
  /** The renewal was done by this process or another one. */
  | { readonly kind: 'renewed'; readonly expiresAt: number | undefined }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'failed'; readonly reason: string; readonly isDown?: true };

export interface RenewerParts {
  readonly host: LockHost & Pick<Host, 'dispatch'>;
  readonly vault: LoginVault;
  /** The path of `credentials.json`; locks are created beside it. */
  readonly path: string;
  /** Removes secrets from the server's words. */
  readonly redact: (text: string) => string;
  /** Absent: this home is no member of a fleet. */
  readonly shared?: SharedLogins | undefined;
}

/**
 * A refusal counts this long; then one token request may try again (law 7). A new login ends it at
 * once.
 */
const refusalMs = 60 * 60_000;
const pollMs = 100;
/**
 * Longer than a token request with its three writes, and the longest that a killed process delays
 * others.
 */
const lockMs = 15_000;
const waitMs = 20_000;

/**
 * After a fleet's log has begun anew, who has heard of another's answer tells it within 3 s, if it
 * is not cut off. A login that ends later than the long rest waits for those too.
 */
const rest = { shortMs: 3000, longMs: 60_000 };

/** What the file says once we own the lock. */
type RenewalStart =
  | { readonly kind: 'ours'; readonly begun: Login }
  /** An interrupted token request left its answer for us to finish. */
  | { readonly kind: 'answered' }
  | { readonly kind: 'waiting'; readonly until: number }
  | { readonly kind: 'over'; readonly renewal: Renewal };

export interface RenewOptions {
  /** Asks the server although it has refused before. Default: false. */
  readonly isForced?: boolean;
}

export class Renewer {
  readonly #parts: RenewerParts;
  readonly #owner: string;
  /** Answers that could not be written to disk, by the refresh token that was sent for them. */
  readonly #unsaved = new Map<string, GrantResult>();

  constructor(parts: RenewerParts) {
    this.#parts = parts;
    this.#owner = `${parts.host.processId}:${parts.host.randomToken(9)}`;
  }

  /**
   * Replaces the tokens of `seen`, unless another process already has. Never rejects for server,
   * network or file faults.
   */
  async renew(seen: Login, options: RenewOptions = {}): Promise<Renewal> {
    try {
      const lock = { path: `${this.#parts.path}.login-${seen.id}.lock`, lockMs, waitMs };
      return await holdLockFile(this.#parts.host, lock, async (isHeld) => {
        await this.#parts.shared?.pull();
        return this.#take(seen, { ...options, isHeld });
      });
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error;
      const isBusy = error.code === 'credentials-locked';
      const reason = isBusy
        ? `another process is refreshing the login ${nameLogin(seen)}: ${error.message}`
        : error.message;
      return { kind: 'failed', reason };
    }
  }

  async #take(seen: Login, options: RenewOptions & { readonly isHeld: IsHeld }): Promise<Renewal> {
    const { vault } = this.#parts;
    const gone: RenewalStart = {
      kind: 'over',
      renewal: fail(`the login ${nameLogin(seen)} is there no more`),
    };
    const start = await vault.change(seen.id, gone, (login) => this.#begin(login, seen, options));
    switch (start.kind) {
      case 'over':
        return start.renewal;
      case 'waiting':
        await this.#waitForOther(seen, start.until);
        return this.#take(seen, options);
      case 'answered':
        return this.#tell(await this.#commit(seen));
      default: {
        const said = await this.#announce(start.begun, options);
        if (said === 'older') return this.#take(seen, options);
        if (said === 'alone') return fail(aloneFor(seen));
        return this.#tell(await this.#request(seen, options.isHeld));
      }
    }
  }

  /**
   * Nothing is sent before the whole fleet knows of it: of several members one wins, and none does
   * that cannot reach the others, unless a person asks for it.
   */
  async #announce(begun: Login, { isForced = false }: RenewOptions): Promise<PutSealed> {
    const { shared, vault } = this.#parts;
    if (shared === undefined) return 'kept';
    const togetherMs = isForced ? undefined : this.#restBefore(begun);
    const said = await shared.publish(begun, togetherMs).catch(() => 'alone' as const);
    if (said === 'kept') return said;
    await vault.change(begun.id, undefined, (login) => {
      if (!isDeepStrictEqual(login.exchange, begun.exchange)) return;
      login.exchange = undefined;
      login.version = versionOf(login) - 1; // as if it had not been tried
    });
    if (said === 'older') await shared.pull();
    return said;
  }

  #restBefore({ tokens: { expiresAt = Number.POSITIVE_INFINITY } }: Login): number {
    const leftMs = expiresAt - this.#parts.host.clock.now();
    return leftMs > rest.longMs ? rest.longMs : rest.shortMs;
  }

  /** Whoever is not told now is told by the next who looks at the file. */
  async #tell(renewal: Renewal): Promise<Renewal> {
    await this.#parts.shared?.pull();
    return renewal;
  }

  /** Waits for a process that lost its lock and may still be working; its note says until when. */
  async #waitForOther({ id }: Login, until: number): Promise<void> {
    const { host, vault, shared } = this.#parts;
    const isOver = (): boolean =>
      until <= host.clock.now() || vault.find(id)?.exchange?.until !== until;
    while (!isOver()) {
      await host.clock.sleep(Math.min(pollMs, until - host.clock.now()));
      await shared?.pull();
    }
  }

  /** Rereads the file and writes down that a token request begins. */
  #begin(login: DraftLogin, seen: Login, { isForced = false }: RenewOptions): RenewalStart {
    const now = this.#parts.host.clock.now();
    const found = adopt(login, seen);
    if (found !== undefined) return { kind: 'over', renewal: found };
    const { exchange, refusal, tokens } = login;
    if (exchange?.answer !== undefined) return { kind: 'answered' };
    if (refusal !== undefined && refusal.until > now && !isForced)
      return { kind: 'over', renewal: { kind: 'refused', refusal } };
    if (tokens.refresh === undefined)
      return { kind: 'over', renewal: fail(`the login ${nameLogin(login)} has no refresh token`) };
    const inTheWay = this.#findSender(login, now, isForced);
    if (inTheWay !== undefined) return inTheWay;
    this.#note(login, now);
    return { kind: 'ours', begun: structuredClone(login) };
  }

  /** Somebody else who may be sending the token, or may have its answer. */
  #findSender(login: Login, now: number, isForced: boolean): RenewalStart | undefined {
    const { exchange } = login;
    if (exchange === undefined) return undefined;
    const { until, owner, home } = exchange;
    if (until > now && owner !== this.#owner) return { kind: 'waiting', until };
    const isOthers = home !== undefined && home !== this.#parts.shared?.home;
    return isOthers && !isForced ? { kind: 'over', renewal: fail(untoldOf(login)) } : undefined;
  }

  #note(login: DraftLogin, now: number): void {
    const isAgain = login.exchange !== undefined;
    login.exchange = { startedAt: now, until: now + lockMs, owner: this.#owner };
    if (isAgain) login.exchange.isAgain = true;
    const home = this.#parts.shared?.home;
    if (home === undefined) return;
    login.exchange.home = home;
    countChange(login);
  }

  async #request(seen: Login, isHeld: IsHeld): Promise<Renewal> {
    const refresh = seen.tokens.refresh ?? '';
    const result =
      this.#unsaved.get(refresh) ?? (await requestTokens(this.#parts.host, seen, refresh));
    if (result.kind !== 'granted') return this.#giveUp(seen, result);
    const { subject, tokens } = result.grant;
    if (seen.subject !== undefined && subject !== undefined && subject !== seen.subject) {
      const reason = 'the server answered with tokens of another account';
      return this.#giveUp(seen, { kind: 'refused', reason });
    }
    this.#unsaved.set(refresh, result);
    await this.#change(seen, (login) => {
      const answer = { tokens, subject };
      login.exchange = { startedAt: tokens.receivedAt, until: 0, owner: this.#owner, answer };
      return fail('');
    });
    this.#unsaved.delete(refresh);
    // The process that took over the lock finds the answer in the file and finishes with it.
    if (!isHeld()) return fail('the exchange took too long; its answer was stored');
    return this.#commit(seen);
  }

  /** Makes the answer in the file the login's tokens. */
  #commit(seen: Login): Promise<Renewal> {
    return this.#change(seen, (login) => {
      const answer = login.exchange?.answer;
      login.exchange = undefined;
      login.refusal = undefined;
      if (answer === undefined) return fail('the answer of the exchange is gone');
      login.tokens = renewTokens(login.tokens, answer.tokens);
      login.subject ??= answer.subject;
      return toRenewed(login);
    });
  }

  /** Removes the note of the token request and records a refusal. The stored tokens stay. */
  #giveUp(
    seen: Login,
    result: Exclude<GrantResult, { readonly kind: 'granted' }>,
  ): Promise<Renewal> {
    const reason = this.#parts.redact(result.reason);
    const at = this.#parts.host.clock.now();
    return this.#change(seen, (login) => {
      const isAgain = login.exchange?.isAgain === true;
      const isLost = isAgain || login.refusal?.reason.endsWith(loss) === true;
      login.exchange = undefined;
      if (result.kind === 'failed') return { ...result, reason };
      if (isAgain) login.lost = (login.lost ?? 0) + 1;
      login.refusal = {
        at,
        until: at + refusalMs,
        reason: isLost ? `${reason}; ${loss}` : reason,
      };
      return { kind: 'refused', refusal: login.refusal };
    });
  }

  /** Changes the login only while it has the tokens that were sent: newer ones on disk win. */
  #change(seen: Login, change: (login: DraftLogin) => Renewal): Promise<Renewal> {
    const gone = fail(`the login ${nameLogin(seen)} is there no more`);
    return this.#parts.vault.change(seen.id, gone, (login) => adopt(login, seen) ?? change(login));
  }
}

/** Returns what another process has done to the login since; undefined if nothing. */
function adopt(login: Login, seen: Login): Renewal | undefined {
  if (!isSameIdentity(login, seen))
    return fail(`the login ${nameLogin(seen)} belongs to another account now`);
  const isSame =
    login.tokens.access === seen.tokens.access && login.tokens.refresh === seen.tokens.refresh;
  return isSame ? undefined : toRenewed(login);
}

const loss =
  'a process that had sent this token was ended before the answer was stored, and so it was lost';

function aloneFor(login: Login): string {
  return `this member of the fleet cannot reach the others, one of which may be refreshing the login ${nameLogin(login)}`;
}

/** Its answer may lie on the disk of that member: sent again, the token would end the login. */
function untoldOf(login: Login): string {
  return `another member of the fleet has sent the refresh token of the login ${nameLogin(login)} and ended before it told what came back: start that member again`;
}

function toRenewed({ tokens }: Login): Renewal {
  return { kind: 'renewed', expiresAt: tokens.expiresAt };
}

function fail(reason: string): Renewal {
  return { kind: 'failed', reason };
}
