/** `holdfast auth logout` asks the server to revoke the tokens and removes them here. */

import type { Revocation } from '../../../credentials/oauth/revoke.ts';
import { assertNever } from '../../../errors.ts';
import { createCommand, dryRun, json, required } from '../../context/command.ts';
import { findOneLogin, loginName } from '../../context/find-logins.ts';
import { withState } from '../../context/with-runtime.ts';

/** The tokens are deleted even if the server cannot be reached. */
export const commands = {
  logout: createCommand({
    params: { name: required('name', 'a provider, or the id or label of a login'), dryRun, json },
    example: 'holdfast auth logout xai',
    run: ({ name, dryRun }, context) =>
      withState(context, async (runtime, signal) => {
        const { host, logins } = runtime;
        const login = findOneLogin(runtime, name);
        const { provider, label } = login;
        const id = loginName(login);
        const json = { schema: 'holdfast.auth-logout/1', id, provider, label } as const;
        if (dryRun) {
          const out = [`would revoke ${label} (${id}) and remove it from ${logins.vault.path}`];
          return { json: { ...json, isDryRun: true }, out };
        }
        const { revokeLogin } = await import('../../../credentials/oauth/revoke.ts');
        const revocation = await revokeLogin(host, login, signal);
        await logins.vault.remove(login.id);
        const out = [`${label} (${id}) is removed; ${describeRevocation(revocation)}`];
        return { json: { ...json, revocation }, out };
      }),
  }),
};

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
