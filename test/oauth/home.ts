/** A home folder that is logged in at a test's identity provider, by the device flow itself. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDeviceLogin } from '../../src/credentials/oauth/device-login.ts';
import { placeLogin } from '../../src/credentials/oauth/keep-login.ts';
import type { Login } from '../../src/credentials/oauth/login.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { Host } from '../../src/host.ts';
import { createRuntime } from '../../src/runtime.ts';
import type { IdentityProvider } from './identity-provider.ts';

export interface LoggedInHome {
  readonly path: string;
  /** The logins as they are stored now. */
  logins(): readonly Login[];
  remove(): void;
}

export function createHome(idp: IdentityProvider): LoggedInHome {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-oauth-'));
  writeFileSync(
    join(path, 'config.yaml'),
    [
      'main: corp/m',
      'providers:',
      '  corp:',
      `    base_url: ${idp.apiUrl}`,
      '    protocol: openai-chat',
      '    oauth:',
      `      issuer: ${idp.issuer}`,
      `      client_id: ${idp.clientId}`,
      '      scopes: [openid, email, offline_access]',
      '',
    ].join('\n'),
  );
  return {
    path,
    logins: () => JSON.parse(readFileSync(join(path, 'credentials.json'), 'utf8')).logins,
    remove: () => rmSync(path, { recursive: true }),
  };
}

/** Logs in as the account and stores the tokens. */
export async function logIn(
  idp: IdentityProvider,
  home: LoggedInHome,
  account = 'ada',
): Promise<Login> {
  const host = createNodeHost({ HOLDFAST_HOME: home.path });
  const runtime = createRuntime({ host, mayLackKeys: true });
  const { signal } = new AbortController();
  try {
    const provider = runtime.config().providers.get('corp');
    if (provider?.oauth === undefined) throw new Error('no login is configured');
    const { oauth } = provider;
    const begun = await startDeviceLogin(hurry(host), oauth, signal);
    await idp.confirm(begun.prompt.userCode, account);
    const { grant, server } = await begun.wait(signal);
    const { origin } = provider.targetFor('m');
    const made = { id: host.randomToken(6), provider: 'corp', origin, server, ...oauth, grant };
    return await runtime.logins.vault.put((logins) =>
      placeLogin(logins, { ...made, now: host.clock.now() }),
    );
  } finally {
    await runtime.close();
    await host.close();
  }
}

/** Changes the stored login as another program would. */
export function edit(
  home: LoggedInHome,
  change: (login: Record<string, unknown>) => Record<string, unknown>,
): void {
  const path = join(home.path, 'credentials.json');
  const whole = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...whole, logins: whole.logins.map(change) }));
}

/** Makes the access token look as old as one whose end has come. */
export function runOut(home: LoggedInHome): void {
  edit(home, (login) => {
    const now = Date.now();
    const tokens = {
      ...(login['tokens'] as object),
      receivedAt: now - 3_600_000,
      expiresAt: now - 1000,
    };
    return { ...login, tokens };
  });
}

/** The person agrees at once, so nobody needs to wait for five seconds. */
function hurry(host: Host): Host {
  return {
    ...host,
    clock: { ...host.clock, sleep: (ms, signal) => host.clock.sleep(ms / 100, signal) },
  };
}
