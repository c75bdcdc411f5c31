/** `holdfast auth logout`: tells the server that the tokens are not wanted any more, and forgets them. */

import { type Revocation, revokeLogin } from '../../../credentials/oauth/revoke.ts';
import { assertNever } from '../../../errors.ts';
import { createRuntime } from '../../../runtime.ts';
import { findOneLogin, idOf } from '../../find-logins.ts';
import { printJson, type Terminal } from '../../terminal.ts';

export interface AuthLogoutOptions {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

/** The tokens are forgotten here even if the server cannot be told. */
export async function authLogout(
  terminal: Terminal,
  name: string,
  options: AuthLogoutOptions,
): Promise<number> {
  const runtime = createRuntime({ store: 'in-place', onEvent: () => undefined, mayLackKeys: true });
  const caller = new AbortController();
  const stop = terminal.onSignal(['SIGINT', 'SIGTERM'], () => caller.abort());
  try {
    const login = findOneLogin(runtime, name);
    const { provider, label } = login;
    const id = idOf(login);
    const { path } = runtime.logins.vault;
    if (options.dryRun === true) {
      if (options.json === true)
        printJson(terminal, 'holdfast.auth-logout/1', { id, provider, label, isDryRun: true });
      else terminal.out(`would revoke ${label} (${id}) and remove it from ${path}\n`);
      return 0;
    }
    const revocation = await revokeLogin(runtime.host, login, caller.signal);
    await runtime.logins.vault.remove(login.id);
    if (options.json === true)
      printJson(terminal, 'holdfast.auth-logout/1', { id, provider, label, revocation });
    else terminal.out(`${label} (${id}) is removed; ${describeRevocation(revocation)}\n`);
    return 0;
  } finally {
    stop();
    await runtime.close();
  }
}

function describeRevocation(revocation: Revocation): string {
  switch (revocation.kind) {
    case 'revoked':
      return 'its tokens are revoked';
    case 'not-offered':
      return 'its server cannot revoke tokens: they end by themselves';
    case 'failed':
      return `its tokens could not be revoked and end by themselves: ${revocation.reason}`;
    default:
      return assertNever(revocation);
  }
}
