/** `holdfast auth logout`: tells the server that the tokens are not wanted any more, and forgets them. */

import type { Revocation } from '../../../credentials/oauth/revoke.ts';
import { assertNever } from '../../../errors.ts';
import { createCommand, dryRun, type Given, json, required } from '../../command.ts';
import { findOneLogin, idOf } from '../../find-logins.ts';
import { printJson, type Terminal } from '../../terminal.ts';
import { inPlace, withSignal } from '../../with-runtime.ts';

const takes = { name: required('name', 'a provider, or the id or label of a login'), dryRun, json };

export const commands = {
  logout: createCommand({ takes, example: 'holdfast auth logout xai', run: logout }),
};

/** The tokens are forgotten here even if the server cannot be told. */
function logout(terminal: Terminal, { name, dryRun, json }: Given<typeof takes>): Promise<number> {
  return withSignal(terminal, inPlace, async (runtime, signal) => {
    const { host, logins } = runtime;
    const login = findOneLogin(runtime, name);
    const { provider, label } = login;
    const id = idOf(login);
    const print = (came: object): void =>
      printJson(terminal, 'holdfast.auth-logout/1', { id, provider, label, ...came });
    if (dryRun) {
      if (json) print({ isDryRun: true });
      else terminal.out(`would revoke ${label} (${id}) and remove it from ${logins.vault.path}\n`);
      return 0;
    }
    const { revokeLogin } = await import('../../../credentials/oauth/revoke.ts');
    const revocation = await revokeLogin(host, login, signal);
    await logins.vault.remove(login.id);
    if (json) print({ revocation });
    else terminal.out(`${label} (${id}) is removed; ${describeRevocation(revocation)}\n`);
    return 0;
  });
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
