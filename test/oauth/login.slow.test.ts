/**
 * `auth login`, `logout` and `refresh` as commands of their own process, against a real
 * authorization server.
 */

import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHome, type LoggedInHome, logIn } from './home.ts';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';

let idp: IdentityProvider;
let home: LoggedInHome;
beforeAll(async () => {
  idp = await startIdentityProvider();
});
afterAll(() => idp.close());
beforeEach(() => {
  home = createHome(idp);
});
afterEach(() => home.remove());

interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly talk: string;
}

/** Runs a command; `onOutput` sees all that stands on stdout so far. */
function holdfast(
  argv: readonly string[],
  onOutput: (out: string) => void = () => undefined,
): Promise<Run> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../bin/holdfast.js'), ...argv],
    {
      env: {
        PATH: process.env['PATH'],
        HOLDFAST_HOME: home.path,
        NO_COLOR: '1',
        CORP_KEY: 'sk-test-corp-key',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [out, talk] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    onOutput(out);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    talk += chunk.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, out, talk }));
  });
}

/** Confirms the code once it is printed, as a person would. */
function confirmOnce(account: string): (out: string) => void {
  let isDone = false;
  return (out) => {
    const code = /"userCode":"([^"]+)"/.exec(out)?.[1];
    if (code === undefined || isDone) return;
    isDone = true;
    void idp.confirm(code, account);
  };
}

it('logs in without a terminal: an address and a code, then tokens for the owner only', async () => {
  const run = await holdfast(['auth', 'login', 'corp', '--json'], confirmOnce('ada'));
  const [prompt, done] = run.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect({ status: run.status, talk: run.talk }).toEqual({ status: 0, talk: '' });
  expect(prompt).toMatchObject({ step: 'confirm', verificationUri: `${idp.issuer}/device` });
  expect(done).toMatchObject({
    step: 'done',
    provider: 'corp',
    label: 'ada@example.test',
    subject: 'ada',
    canRefresh: true,
  });
  expect(done.shadowedBy).toBeUndefined();
  expect(statSync(join(home.path, 'credentials.json')).mode & 0o777).toBe(0o600);
  const [login] = home.logins();
  expect(login).toMatchObject({ origin: new URL(idp.apiUrl).origin, subject: 'ada' });
  for (const secret of [login?.tokens.access, login?.tokens.refresh, login?.tokens.id])
    expect(run.out).not.toContain(secret);
  const asked = await holdfast(['ask', 'hello']);
  expect(asked).toMatchObject({ status: 0, out: expect.stringContaining('hello ada') });
}, 30_000);

it('says at once when another key is used before the login', async () => {
  const config = join(home.path, 'config.yaml');
  const key = '    api_key: $' + '{CORP_KEY}\n    oauth:';
  writeFileSync(config, readFileSync(config, 'utf8').replace('    oauth:', key));
  const run = await holdfast(['auth', 'login', 'corp', '--json'], confirmOnce('ada'));
  expect(JSON.parse(run.out.trim().split('\n')[1] ?? '')).toMatchObject({
    shadowedBy: 'corp:config',
  });
  const listed = await holdfast(['auth', 'list', 'corp', '--json']);
  const { keys } = JSON.parse(listed.out).pools[0];
  expect(keys.map(({ source }: { source: string }) => source)).toEqual(['config', 'oauth']);
}, 30_000);

it('sends nothing and writes nothing in a dry run', async () => {
  const before = idp.tokenRequests.length;
  const run = await holdfast(['auth', 'login', 'corp', '--dry-run']);
  expect(run.status).toBe(0);
  expect(run.out).toContain(
    `would ask ${idp.issuer} for a code as ${idp.clientId} (openid email offline_access)`,
  );
  expect(() => home.logins()).toThrow('ENOENT');
  expect(idp.tokenRequests).toHaveLength(before);
});

it('says who cannot be logged in at, and how that would change', async () => {
  const run = await holdfast(['auth', 'login', 'corpp']);
  expect(run.status).toBe(2);
  expect(run.talk).toMatch(/no provider corpp is configured[\s\S]*there are corp/);
  const told = await holdfast(['auth', 'login', 'corpp', '--json']);
  expect(
    told.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ exit: 2 }]);
});

it('renews on request, and revokes at a logout before it forgets', async () => {
  const first = await logIn(idp, home);
  const planned = await holdfast(['auth', 'refresh', 'corp', '--dry-run']);
  expect(planned.out).toMatch(/would-renew; good until/);
  expect(home.logins()).toEqual([first]);
  const renewed = await holdfast(['auth', 'refresh', '--json']);
  expect(JSON.parse(renewed.out).logins).toMatchObject([
    { outcome: 'renewed', label: first.label },
  ]);
  const [second] = home.logins();
  expect(second?.tokens.access).not.toBe(first.tokens.access);
  const listed = await holdfast(['auth', 'list', '--json']);
  expect(JSON.parse(listed.out).pools[0].keys[0]).toMatchObject({
    id: `corp:oauth:${first.id}`,
    source: 'oauth',
  });
  const ended = await holdfast(['auth', 'logout', 'corp']);
  expect(ended).toMatchObject({
    status: 0,
    out: expect.stringContaining('its tokens are revoked'),
  });
  expect(home.logins()).toEqual([]);
  const refused = await fetch(`${idp.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: idp.clientId,
      refresh_token: second?.tokens.refresh ?? '',
    }),
  });
  expect(await refused.json()).toMatchObject({ error: 'invalid_grant' });
});

it('keeps two accounts apart, and the same account in its place', async () => {
  const ada = await logIn(idp, home, 'ada');
  const grace = await logIn(idp, home, 'grace');
  const again = await logIn(idp, home, 'ada');
  expect(home.logins().map(({ id, label }) => [id, label])).toEqual([
    [ada.id, 'ada@example.test'],
    [grace.id, 'grace@example.test'],
  ]);
  expect(again).toMatchObject({ id: ada.id, addedAt: expect.any(Number) });
  expect(again.tokens.access).not.toBe(ada.tokens.access);
});
