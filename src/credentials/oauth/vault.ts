/**
 * Reads the logins in `credentials.json` afresh at every call, and changes them only through its
 * one writer.
 */

import { isDeepStrictEqual } from 'node:util';
import type { CredentialsFile, StoredLogin } from '../../config/files/credentials-file.ts';
import { maskInPrint } from '../../config/secrets/masked.ts';
import type { Redactor } from '../redact/redact.ts';
import { type CredentialsPlace, editCredentials } from '../stored/edit-credentials.ts';
import { type DraftLogin, type Login, parseLogin } from './login.ts';
import { countChange, type SharedLogins, versionOf } from './shared-logins.ts';

export interface VaultParts {
  readonly file: CredentialsFile;
  readonly place: CredentialsPlace;
  readonly redactor: Redactor;
  /** Absent: this home is no member of a fleet. */
  readonly shared?: SharedLogins | undefined;
}

export class LoginVault {
  readonly #parts: VaultParts;
  readonly #known = new WeakMap<StoredLogin, Login>();

  constructor(parts: VaultParts) {
    this.#parts = parts;
  }

  get path(): string {
    return this.#parts.place.path;
  }

  /** Says why the file cannot be used now; undefined if it can. */
  get problem(): string | undefined {
    return this.#parts.file.current().problem;
  }

  /** Costs one stat. */
  find(id: string): Login | undefined {
    return this.list().find((login) => login.id === id);
  }

  list(): readonly Login[] {
    return this.#parts.file.current().logins.flatMap((stored) => this.#read(stored) ?? []);
  }

  /** How often tokens of these logins were lost; undefined if there is no login. */
  countLost(): number | undefined {
    const logins = this.list();
    return logins.length === 0 ? undefined : logins.reduce((sum, { lost = 0 }) => sum + lost, 0);
  }

  /**
   * Changes one login under the lock; returns `whenGone` if it no longer exists. Throws
   * `CredentialError`.
   */
  change<T>(id: string, whenGone: T, change: (login: DraftLogin) => T): Promise<T> {
    return editCredentials(this.#parts.place, ({ logins }) => {
      const at = logins.findIndex((login) => login.id === id);
      const before = logins[at] && this.#read(logins[at]);
      if (before === undefined) return whenGone;
      const login = structuredClone(before);
      const result = change(login);
      if (isDeepStrictEqual(login, before)) return result;
      if (this.#parts.shared !== undefined && login.version === before.version) countChange(login);
      logins[at] = login;
      return result;
    });
  }

  /** Stores a login in place of the one with the same id, or behind all others. */
  async put(make: (logins: readonly Login[]) => Login): Promise<Login> {
    const { place, shared } = this.#parts;
    await shared?.pull();
    const login = await editCredentials(place, ({ logins }) => {
      const others = logins.flatMap((stored) => this.#read(stored) ?? []);
      const made = make(others);
      const at = logins.findIndex(({ id }) => id === made.id);
      const before = others.find(({ id }) => id === made.id);
      const version = shared && { version: before === undefined ? 1 : versionOf(before) + 1 };
      const login = { ...made, ...version };
      logins.splice(at < 0 ? logins.length : at, 1, login);
      return login;
    });
    await shared?.publish(login);
    return login;
  }

  /** Returns false if the login did not exist. */
  async remove(id: string): Promise<boolean> {
    await this.#parts.shared?.drop(id);
    return editCredentials(this.#parts.place, ({ logins }) => {
      const at = logins.findIndex((login) => login.id === id);
      return at >= 0 && logins.splice(at, 1).length > 0;
    });
  }

  /** Reads an entry and registers its tokens as secrets; undefined if the entry is invalid. */
  #read(stored: StoredLogin): Login | undefined {
    const known = this.#known.get(stored);
    if (known !== undefined) return known;
    const login = parseLogin(stored);
    if (login === undefined) return undefined;
    for (const tokens of [login.tokens, login.exchange?.answer?.tokens]) {
      for (const secret of [tokens?.access, tokens?.refresh, tokens?.id])
        if (secret !== undefined) this.#parts.redactor.register(secret);
    }
    const masked = maskInPrint(login, `login ${login.id}`);
    this.#known.set(stored, masked);
    return masked;
  }
}
