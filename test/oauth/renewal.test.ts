/**
 * Renewal of a login as requests see it: a runtime over real sockets in front of a real
 * authorization server and its API.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { EngineEvent } from '../../src/model/events.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { startSimulatedProvider } from '../../src/sim/index.ts';
import { ask } from '../integration/harness.ts';
import { createHome, edit, type LoggedInHome, logIn, runOut } from './home.ts';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface World {
  readonly idp: IdentityProvider;
  readonly home: LoggedInHome;
}

async function enter(options: Parameters<typeof startIdentityProvider>[0] = {}): Promise<World> {
  const idp = await startIdentityProvider(options);
  cleanups.push(() => idp.close());
  const home = createHome(idp);
  cleanups.push(() => home.remove());
  return { idp, home };
}

function startRuntime(home: LoggedInHome): { readonly runtime: Runtime; readonly said: string[] } {
  const host = createNodeHost({ HOLDFAST_HOME: home.path });
  const said: string[] = [];
  const onEvent = (event: EngineEvent): void => {
    if (event.type === 'warning') said.push(event.text);
  };
  const runtime = createRuntime({ host, onEvent });
  cleanups.push(async () => {
    await runtime.close();
    await host.close();
  });
  return { runtime, said };
}

const refreshes = ({ idp }: World): readonly string[] =>
  idp.tokenRequests
    .filter(({ grantType }) => grantType === 'refresh_token')
    .map(({ outcome }) => outcome);

describe('a login whose access token has run out', () => {
  it('is renewed once for all who ask at one time, in two runtimes', async () => {
    const world = await enter();
    const first = await logIn(world.idp, world.home);
    runOut(world.home);
    const runtimes = [startRuntime(world.home).runtime, startRuntime(world.home).runtime];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        ask(runtimes[turn % 2] ?? startRuntime(world.home).runtime),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(refreshes(world)).toEqual(['granted']);
    expect(world.idp.apiStatuses).toEqual(Array(20).fill(200));
    const [kept] = world.home.logins();
    expect(kept?.tokens.refresh).not.toBe(first.tokens.refresh);
    expect(kept?.exchange).toBeUndefined();
  });

  it('keeps label, account, id token and scope', async () => {
    const world = await enter();
    const first = await logIn(world.idp, world.home);
    edit(world.home, (login) => ({ ...login, account: 'team', note: 'of another program' }));
    runOut(world.home);
    await ask(startRuntime(world.home).runtime);
    const [kept] = world.home.logins();
    const { id, label, subject, server, addedAt } = first;
    expect(kept).toMatchObject({
      id,
      label,
      subject,
      server,
      addedAt,
      account: 'team',
      note: 'of another program',
    });
    expect(kept?.tokens.scope).toBe(first.tokens.scope);
    expect(kept?.tokens.id).toMatch(/^ey/);
  });

  it('is not renewed by a list or a diagnosis', async () => {
    const world = await enter();
    await logIn(world.idp, world.home);
    runOut(world.home);
    const { runtime } = startRuntime(world.home);
    const { signal } = new AbortController();
    const [pool] = await runtime.keys.report({ signal });
    expect(pool?.keys).toMatchObject([{ source: 'oauth', label: 'ada@example.test' }]);
    expect(refreshes(world)).toEqual([]);
  });
});

describe('a provider that refuses an access token before its end', () => {
  it('gets the renewed one with the same request, and one token request serves all', async () => {
    const world = await enter();
    const { tokens } = await logIn(world.idp, world.home);
    edit(world.home, (login) => ({
      ...login,
      tokens: { ...tokens, receivedAt: tokens.receivedAt - 120_000 },
    }));
    world.idp.refusedTokens.add(tokens.access);
    const { runtime } = startRuntime(world.home);
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(runtime)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(refreshes(world)).toEqual(['granted']);
  });

  it('does not make one token request after another for tokens that are all refused', async () => {
    const world = await enter();
    const { tokens } = await logIn(world.idp, world.home);
    edit(world.home, (login) => ({
      ...login,
      tokens: { ...tokens, receivedAt: tokens.receivedAt - 120_000 },
    }));
    world.idp.refusedTokens.has = () => true;
    const { runtime } = startRuntime(world.home);
    await Promise.all(Array.from({ length: 5 }, () => ask(runtime)));
    await ask(runtime);
    expect(refreshes(world)).toEqual(['granted']);
  });
});

describe('a momentary refusal of every token', () => {
  it('loses no request: the token of a login that has worked is a suspect, old or new (law 6)', async () => {
    const world = await enter();
    const { tokens } = await logIn(world.idp, world.home);
    edit(world.home, (login) => ({
      ...login,
      tokens: { ...tokens, receivedAt: tokens.receivedAt - 120_000 },
    }));
    const { runtime } = startRuntime(world.home);
    expect((await ask(runtime)).status).toBe(200);
    const end = Date.now() + 2000;
    world.idp.refusedTokens.has = () => Date.now() < end;
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(runtime)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(refreshes(world)).toEqual(['granted']);
    expect(world.idp.apiStatuses.filter((status) => status === 401).length).toBeLessThan(30);
  });
});

describe('a refresh token that the server refuses', () => {
  it('ends the login with one message, keeps what is stored, and sends nothing more', async () => {
    const world = await enter();
    await logIn(world.idp, world.home);
    edit(world.home, (login) => ({
      ...login,
      tokens: { ...(login['tokens'] as object), refresh: 'rt-test-of-nobody' },
    }));
    runOut(world.home);
    const [before] = world.home.logins();
    const { runtime, said } = startRuntime(world.home);
    const answers = [
      await ask(runtime),
      await ask(runtime),
      await ask(startRuntime(world.home).runtime),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    const { code, message } = JSON.parse(answers[0]?.text ?? '{}').error;
    expect(code).toBe('auth-revoked');
    expect(message).toContain('log in again: holdfast auth login corp');
    expect(message).toContain('invalid_grant');
    expect(said).toEqual([expect.stringContaining('log in again: holdfast auth login corp')]);
    expect(refreshes(world)).toEqual(['invalid_grant']);
    const [after] = world.home.logins();
    expect(after?.tokens).toEqual(before?.tokens);
  });

  it('is reported beside the refusal of the access token, which counts as revoked (law 8)', async () => {
    const world = await enter();
    const { tokens } = await logIn(world.idp, world.home);
    const old = {
      ...tokens,
      refresh: 'rt-test-of-nobody',
      receivedAt: tokens.receivedAt - 120_000,
    };
    edit(world.home, (login) => ({ ...login, tokens: old }));
    world.idp.refusedTokens.add(tokens.access);
    const { runtime } = startRuntime(world.home);
    const { text } = await ask(runtime);
    const { code, message } = JSON.parse(text).error;
    expect(code).toBe('auth-revoked');
    expect(message).toMatch(/Incorrect API key provided.*has ended.*invalid_grant.*log in again/);
    expect(world.idp.apiStatuses).toEqual([401]);
  });

  it('works again at once after a login, without a restart', async () => {
    const world = await enter();
    const first = await logIn(world.idp, world.home);
    edit(world.home, (login) => ({
      ...login,
      tokens: { ...(login['tokens'] as object), refresh: 'rt-test-of-nobody' },
    }));
    runOut(world.home);
    const { runtime } = startRuntime(world.home);
    const refused = await ask(runtime);
    const second = await logIn(world.idp, world.home);
    const answered = await ask(runtime);
    expect([refused.status, answered.status]).toEqual([400, 200]);
    expect(second.id).toBe(first.id);
    expect(world.home.logins()[0]?.refusal).toBeUndefined();
  });
});

describe('a server that cannot be reached', () => {
  it('leaves the old token in use while it is good, and all that is stored as it is', async () => {
    const world = await enter();
    const { tokens, server } = await logIn(world.idp, world.home);
    const soon = { ...tokens, receivedAt: Date.now() - 3_000_000, expiresAt: Date.now() + 20_000 };
    edit(world.home, (login) => ({
      ...login,
      server: { ...server, tokenEndpoint: 'http://127.0.0.1:9/token' },
      tokens: soon,
    }));
    const { runtime, said } = startRuntime(world.home);
    const answer = await ask(runtime);
    expect(answer.status).toBe(200);
    expect(said).toEqual([]);
    const [kept] = world.home.logins();
    expect(kept?.tokens).toEqual(soon);
    expect(kept?.exchange).toBeUndefined();
    expect(kept?.refusal).toBeUndefined();
  });

  it('is named when the token has run out: nobody is told to log in again', async () => {
    const world = await enter();
    const { server } = await logIn(world.idp, world.home);
    edit(world.home, (login) => ({
      ...login,
      server: { ...server, tokenEndpoint: 'http://127.0.0.1:9/token' },
    }));
    runOut(world.home);
    const { text } = await ask(startRuntime(world.home).runtime);
    const { message } = JSON.parse(text).error;
    expect(message).toMatch(
      /could not be refreshed: http:\/\/127\.0\.0\.1:9 could not be reached \(ECONNREFUSED\)/,
    );
    expect(message).not.toContain('log in');
  });
});

describe('a login beside another target', () => {
  async function enterWithSpare(): Promise<World> {
    const world = await enter();
    const sim = await startSimulatedProvider();
    cleanups.push(() => sim.close());
    const config = join(world.home.path, 'config.yaml');
    const spare = `  sim: {base_url: "${sim.url}", protocol: openai-chat, api_key: sk-sim-good}\n`;
    writeFileSync(
      config,
      `${readFileSync(config, 'utf8')}${spare}fallback_chain: [sim/sim/echo]\n`,
    );
    return world;
  }

  it('that cannot be renewed makes way for it, and is recorded with its own cause', async () => {
    const world = await enterWithSpare();
    await logIn(world.idp, world.home);
    edit(world.home, (login) => ({
      ...login,
      tokens: { ...(login['tokens'] as object), refresh: 'rt-test-of-nobody' },
    }));
    runOut(world.home);
    const { runtime } = startRuntime(world.home);
    const answer = await ask(runtime);
    expect([answer.status, answer.headers['x-holdfast-target']]).toEqual([200, 'sim/sim/echo']);
    const [record] = runtime.records();
    expect(record?.skipped).toMatchObject([
      {
        target: 'corp/m',
        cause: 'auth-revoked',
        reason: expect.stringContaining('holdfast auth login corp'),
      },
    ]);
  });

  it('whose renewed token is refused as well makes way for it', async () => {
    const world = await enterWithSpare();
    const { tokens } = await logIn(world.idp, world.home);
    edit(world.home, (login) => ({ ...login, tokens: { ...tokens, receivedAt: 1 } }));
    world.idp.refusedTokens.has = () => true;
    const { runtime } = startRuntime(world.home);
    const answer = await ask(runtime);
    expect([answer.status, answer.headers['x-holdfast-target']]).toEqual([200, 'sim/sim/echo']);
    expect(refreshes(world)).toEqual(['granted']);
    expect(world.idp.apiStatuses).toEqual([401, 401]);
  });
});
