/** `holdfast auth refresh`: renews the tokens of logins now, whatever their age; running gateways take them over at once. */

import type { Login } from '../../../credentials/oauth/login.ts';
import { createRuntime, type Runtime } from '../../../runtime.ts';
import { findLogins, idOf } from '../../find-logins.ts';
import { printJson, type Terminal } from '../../terminal.ts';

export interface AuthRefreshOptions {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

interface Refreshed {
  readonly id: string;
  readonly label: string;
  readonly outcome: 'renewed' | 'refused' | 'failed' | 'would-renew';
  readonly detail?: string;
  /** Epoch ms. */
  readonly expiresAt?: number | undefined;
}

/** 0 when every login is renewed, else 4. */
export async function authRefresh(
  terminal: Terminal,
  name: string | undefined,
  options: AuthRefreshOptions,
): Promise<number> {
  const runtime = createRuntime({ store: 'in-place', onEvent: () => undefined, mayLackKeys: true });
  try {
    const rows: Refreshed[] = [];
    for (const login of findLogins(runtime, name)) {
      const row = options.dryRun === true ? planOf(login) : await refresh(runtime, login);
      rows.push(row);
      if (options.json !== true) terminal.out(`${describeRow(row)}\n`);
    }
    if (options.json === true) printJson(terminal, 'holdfast.auth-refresh/1', { logins: rows });
    else if (rows.length === 0) terminal.talk('nobody is logged in\n');
    return rows.every(({ outcome }) => outcome === 'renewed' || outcome === 'would-renew') ? 0 : 4;
  } finally {
    await runtime.close();
  }
}

async function refresh(runtime: Runtime, login: Login): Promise<Refreshed> {
  const { label, provider } = login;
  const id = idOf(login);
  const renewal = await runtime.logins.renew(login, { isForced: true });
  switch (renewal.kind) {
    case 'renewed':
      return { id, label, outcome: 'renewed', expiresAt: renewal.expiresAt };
    case 'refused': {
      const detail = `${renewal.refusal.reason}; log in again: holdfast auth login ${provider}`;
      return { id, label, outcome: 'refused', detail };
    }
    case 'failed':
      return { id, label, outcome: 'failed', detail: renewal.reason };
  }
}

function planOf(login: Login): Refreshed {
  const { label, tokens } = login;
  const id = idOf(login);
  if (tokens.refresh === undefined)
    return { id, label, outcome: 'failed', detail: 'it has no refresh token' };
  return { id, label, outcome: 'would-renew', expiresAt: tokens.expiresAt };
}

function describeRow({ id, label, outcome, detail, expiresAt }: Refreshed): string {
  const until = expiresAt === undefined ? '' : `; good until ${new Date(expiresAt).toISOString()}`;
  return `${label} (${id}): ${outcome}${detail === undefined ? until : `: ${detail}`}`;
}
