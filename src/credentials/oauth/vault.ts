/** The logins in `credentials.json`: found as of now at every look, changed only through its one writer. */

import type { CredentialsFile, CredentialsFormat, StoredLogin } from '../../config/files/credentials-file.ts';
import { maskInPrint } from '../../config/masked.ts';
import type { Redactor } from '../redact.ts';
import { type CredentialsPlace, type Edited, editCredentials } from '../stored/edit-credentials.ts';
import { type Login, parseLogin } from './login.ts';

export interface VaultParts {
  readonly file: CredentialsFile;
  readonly place: CredentialsPlace;
  readonly redactor: Redactor;
}

/** What becomes of one login, and what that is worth knowing for; the same object as given writes nothing. */
export interface ChangedLogin<T> {
  readonly login: Login;
  readonly result: T;
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

  /** Why the file cannot be used as it is now. */
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

  /** Changes one login under the lock; `whenGone` is the result where it is there no more. Throws `CredentialError`. */
  change<T>(id: string, whenGone: T, change: (login: Login) => ChangedLogin<T>): Promise<T> {
    return editCredentials(this.#parts.place, (whole) => {
      const stored = whole.logins.find((login) => login.id === id);
      const before = stored === undefined ? undefined : this.#read(stored);
      if (before === undefined) return { whole, result: whenGone };
      const { login, result } = change(before);
      if (login === before) return { whole, result };
      return { whole: replaceLogin(whole, login), result };
    });
  }

  /** Stores a login in the place of the one that `replaces` picks, or behind all others. */
  put(make: (logins: readonly Login[]) => Login): Promise<Login> {
    return editCredentials(this.#parts.place, (whole): Edited<Login> => {
      const login = make(whole.logins.flatMap((stored) => this.#read(stored) ?? []));
      const isThere = whole.logins.some(({ id }) => id === login.id);
      const logins = [...whole.logins, { ...login }];
      const changed = isThere ? replaceLogin(whole, login) : { ...whole, logins };
      return { whole: changed, result: login };
    });
  }

  /** Removes a login; false when it was not there. */
  remove(id: string): Promise<boolean> {
    return editCredentials(this.#parts.place, (whole): Edited<boolean> => {
      const logins = whole.logins.filter((login) => login.id !== id);
      if (logins.length === whole.logins.length) return { whole, result: false };
      return { whole: { ...whole, logins }, result: true };
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

function replaceLogin(whole: CredentialsFormat, login: Login): CredentialsFormat {
  return { ...whole, logins: whole.logins.map((other) => (other.id === login.id ? { ...login } : other)) };
}
