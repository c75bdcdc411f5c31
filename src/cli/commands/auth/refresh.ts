/**
 * `holdfast auth refresh` renews the tokens of logins now, whatever their age. Running gateways
 * pick them up at once.
 */

import type { Login } from '../../../credentials/oauth/login.ts';
import { shellLine } from '../../../host/shell-line.ts';
import type { Runtime } from '../../../runtime.ts';
import { createCommand, dryRun, json, optionalText } from '../../context/command.ts';
import { findLogins, loginName } from '../../context/find-logins.ts';
import { inPlace, withRuntime } from '../../context/with-runtime.ts';

export const commands = {
  refresh: createCommand({
    params: {
      name: optionalText('name', 'a provider, or the id or label of a login'),
      dryRun,
      json,
    },
    exits: { 4: 'a login could not be renewed' },
    example: 'holdfast auth refresh xai',
    run: ({ name, dryRun, json }, { terminal, host }) => {
      return withRuntime({ ...inPlace, host }, async (runtime) => {
        const rows: Refreshed[] = [];
        for (const login of findLogins(runtime, name)) {
          const row = dryRun ? planOf(login) : await refresh(runtime, login);
          rows.push(row);
          if (!json) terminal.out(`${describeRefreshed(row)}\n`);
        }
        const isFine = rows.every(
          ({ outcome }) => outcome === 'renewed' || outcome === 'would-renew',
        );
        return {
          json: { schema: 'holdfast.auth-refresh/1', logins: rows },
          talk: rows.length === 0 ? ['no login is stored'] : [],
          exit: isFine ? 0 : 4,
        };
      });
    },
  }),
};

interface Refreshed {
  readonly id: string;
  readonly label: string;
  readonly outcome: 'renewed' | 'refused' | 'failed' | 'would-renew';
  readonly detail?: string;
  /** Epoch ms. */
  readonly expiresAt?: number | undefined;
}

async function refresh(runtime: Runtime, login: Login): Promise<Refreshed> {
  const { label, provider } = login;
  const id = loginName(login);
  const renewal = await runtime.logins.renew(login, { isForced: true });
  switch (renewal.kind) {
    case 'renewed':
      return { id, label, outcome: 'renewed', expiresAt: renewal.expiresAt };
    case 'refused': {
      const detail = `${renewal.refusal.reason}; log in again: ${shellLine`holdfast auth login ${provider}`}`;
      return { id, label, outcome: 'refused', detail };
    }
    case 'failed':
      return { id, label, outcome: 'failed', detail: renewal.reason };
  }
}

function planOf(login: Login): Refreshed {
  const { label, tokens } = login;
  const id = loginName(login);
  if (tokens.refresh === undefined)
    return { id, label, outcome: 'failed', detail: 'it has no refresh token' };
  return { id, label, outcome: 'would-renew', expiresAt: tokens.expiresAt };
}

function describeRefreshed({ id, label, outcome, detail, expiresAt }: Refreshed): string {
  const until = expiresAt === undefined ? '' : `; good until ${new Date(expiresAt).toISOString()}`;
  return `${label} (${id}): ${outcome}${detail === undefined ? until : `: ${detail}`}`;
}
