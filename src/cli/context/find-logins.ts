/** Finds logins by what a person types: a provider, an id, or a label. */

import type { Login } from '../../credentials/oauth/login.ts';
import { CredentialError } from '../../errors.ts';
import type { Runtime } from '../../runtime.ts';

/** `provider:oauth:id`, as in lists, marks and records. */
export function loginName({ provider, id }: Login): string {
  return `${provider}:oauth:${id}`;
}

/**
 * Returns all logins of a provider, or the named one, or all without a name. Throws
 * `credential-unknown` if there is none.
 */
export function findLogins({ logins }: Runtime, name: string | undefined): readonly Login[] {
  const all = logins.vault.list();
  if (name === undefined) return all;
  const found = all.filter(
    (login) =>
      login.provider === name ||
      login.id === name ||
      loginName(login) === name ||
      login.label === name,
  );
  if (found.length > 0) return found;
  const known = all.map((login) => `${loginName(login)} (${login.label})`).join(', ');
  throw new CredentialError('credential-unknown', `no login is called ${name}`, {
    fix: known === '' ? 'no login is stored: holdfast auth login PROVIDER' : `there are ${known}`,
  });
}

/** Like `findLogins`, for commands that must not change several by accident. */
export function findOneLogin(runtime: Runtime, name: string): Login {
  const found = findLogins(runtime, name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new CredentialError('credential-unknown', `${name} means several logins`, {
    fix: `name one of ${found.map((login) => `${loginName(login)} (${login.label})`).join(', ')}`,
  });
}
