import { describe, expect, it } from 'vitest';
import type { FakeHost } from '../../../test/fakes/fake-host.ts';
import {
  format,
  granted,
  idTokenOf,
  login,
  now,
  openStage,
  path,
  says,
} from '../../../test/oauth/stage.ts';
import type { Host } from '../../host.ts';
import type { Login } from './login.ts';

const renewed: Login = {
  ...login,
  tokens: {
    ...login.tokens,
    access: 'at-test-second',
    refresh: 'rt-test-second',
    receivedAt: now,
    expiresAt: now + 3_600_000,
  },
};
const refusal = says(
  { error: 'invalid_grant', error_description: 'rt-test-first is unknown' },
  400,
);

/** Lets everything happen that needs no time. */
async function soon<T>(host: FakeHost, task: Promise<T>, ms = 0): Promise<T> {
  await host.advance(ms);
  return task;
}

describe('a renewal', () => {
  it('sends the refresh token to the server that gave it, as a public client, and stores what comes', async () => {
    const { host, renewer, stored } = openStage();
    host.upstream.enqueue(says(granted));
    const outcome = await soon(host, renewer.renew(login));
    expect(outcome).toEqual({ kind: 'renewed', expiresAt: now + 3_600_000 });
    expect(stored()).toEqual(renewed);
    const [request] = host.upstream.requests;
    expect(request).toMatchObject({
      origin: 'https://login.example',
      path: '/token',
      method: 'POST',
    });
    expect(request?.headers['authorization']).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(request?.body?.toString()))).toEqual({
      client_id: 'holdfast',
      grant_type: 'refresh_token',
      refresh_token: 'rt-test-first',
    });
    host.upstream.assertAllUsed();
  });

  it('keeps the refresh token, id token and scope that the answer does not replace', async () => {
    const { host, renewer, stored } = openStage();
    const { refresh_token: _none, ...answer } = granted;
    host.upstream.enqueue(says(answer));
    await soon(host, renewer.renew(login));
    expect(stored().tokens).toMatchObject({
      access: 'at-test-second',
      refresh: 'rt-test-first',
      id: 'id-test-first',
      scope: 'openid',
    });
  });

  it('takes over what another process has stored, and sends nothing', async () => {
    const { host, renewer, store } = openStage();
    store(renewed);
    expect(await soon(host, renewer.renew(login))).toEqual({
      kind: 'renewed',
      expiresAt: now + 3_600_000,
    });
    expect(host.upstream.requests).toEqual([]);
  });

  it.each([
    { of: 'another account', change: { subject: 'grace' } },
    { of: 'another client', change: { clientId: 'other' } },
    {
      of: 'another server',
      change: { server: { ...login.server, issuer: 'https://other.example' } },
    },
    { of: 'another origin', change: { origin: 'https://other.example' } },
  ])('never takes over the tokens of $of', async ({ change }) => {
    const { host, renewer, store, stored } = openStage();
    const other = { ...renewed, ...change };
    store(other);
    expect(await soon(host, renewer.renew(login))).toEqual({
      kind: 'failed',
      reason: 'the login ada of corp belongs to another account now',
    });
    expect(stored()).toEqual(other);
    expect(host.upstream.requests).toEqual([]);
  });

  it('does not store an answer with the id token of another account', async () => {
    const { host, renewer, stored } = openStage();
    host.upstream.enqueue(says({ ...granted, id_token: idTokenOf('grace') }));
    const outcome = await soon(host, renewer.renew(login));
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(stored().tokens).toEqual(login.tokens);
    expect(stored().refusal?.reason).toBe('the server answered with tokens of another account');
  });

  it('stores an answer with the id token of the same account', async () => {
    const { host, renewer, stored } = openStage();
    host.upstream.enqueue(says({ ...granted, id_token: idTokenOf('ada') }));
    await soon(host, renewer.renew(login));
    expect(stored().tokens).toMatchObject({ access: 'at-test-second', id: idTokenOf('ada') });
  });

  it('learns the account from the first id token that names one', async () => {
    const { subject: _unknown, ...nameless } = login;
    const { host, renewer, stored } = openStage({ login: nameless });
    host.upstream.enqueue(says({ ...granted, id_token: idTokenOf('ada') }));
    await soon(host, renewer.renew(nameless));
    expect(stored().subject).toBe('ada');
  });
});

describe('a refresh token that is refused', () => {
  it('stays stored with what the server said, redacted, and is not sent again for an hour', async () => {
    const { host, renewer, stored } = openStage();
    host.upstream.enqueue(refusal);
    const first = await soon(host, renewer.renew(login));
    const reason = 'https://login.example answered invalid_grant: "[redacted] is unknown"';
    expect(first).toEqual({
      kind: 'refused',
      refusal: { at: now, until: now + 3_600_000, reason },
    });
    expect(await soon(host, renewer.renew(login))).toEqual(first);
    await host.advance(3_599_000);
    expect(await soon(host, renewer.renew(login))).toEqual(first);
    expect(stored().tokens).toEqual(login.tokens);
    expect(host.upstream.requests).toHaveLength(1);
    host.upstream.enqueue(says(granted));
    await host.advance(1000);
    expect(await soon(host, renewer.renew(login))).toMatchObject({ kind: 'renewed' });
    expect(stored().refusal).toBeUndefined();
  });

  it('behind a process that was killed says that its answer was lost, and is counted once', async () => {
    const exchange = { startedAt: now - 20_000, until: now - 5000, owner: 'killed' };
    const { host, renewer, stored } = openStage({ login: { ...login, exchange } });
    for (const _hour of [1, 2]) {
      host.upstream.enqueue(refusal);
      expect(await soon(host, renewer.renew(login))).toMatchObject({ kind: 'refused' });
      expect(stored()).toMatchObject({ lost: 1 });
      expect(stored().refusal?.reason).toMatch(/; a process .* it was lost$/);
      await host.advance(3_600_000);
    }
  });

  it('is sent again at once when a person asks for it', async () => {
    const { host, renewer } = openStage({
      login: { ...login, refusal: { at: now, until: now + 3_600_000, reason: 'no' } },
    });
    host.upstream.enqueue(says(granted));
    expect(await soon(host, renewer.renew(login, { isForced: true }))).toMatchObject({
      kind: 'renewed',
    });
  });

  it('means nothing when a newer one was stored meanwhile', async () => {
    const { host, renewer, store, stored } = openStage();
    host.upstream.enqueue({ ...refusal, delayMs: 500 });
    const task = renewer.renew(login);
    await host.advance(100);
    store(renewed);
    expect(await soon(host, task, 400)).toMatchObject({ kind: 'renewed' });
    expect(stored()).toEqual(renewed);
  });
});

describe('a token request that fails', () => {
  it.each([
    {
      name: 'the network',
      step: { error: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) },
      said: 'https://login.example could not be reached (ECONNRESET)',
      isDown: true,
    },
    {
      name: 'silence',
      step: { silent: true },
      said: 'https://login.example gave no answer within 10 s',
      isDown: true,
    },
    {
      name: 'a page for browsers',
      step: { status: 502, headers: { 'content-type': 'text/html' }, chunks: ['<html>'] },
      said: 'https://login.example answered 502',
      isDown: true,
    },
    {
      name: 'an answer without a token',
      step: says({ token_type: 'Bearer' }),
      said: /^https:\/\/login\.example: .*access_token/,
    },
    {
      name: 'a client that the server does not know',
      step: says({ error: 'invalid_client' }, 400),
      said: 'https://login.example answered invalid_client',
    },
    {
      name: 'a redirect, which is not followed',
      step: { status: 302, headers: { location: 'https://elsewhere.example/token' } },
      said: /^https:\/\/login\.example: .*\(HTTP 302\)$/,
    },
  ] as const)(
    'because of $name leaves the file byte for byte as it was',
    async ({ step, said, ...rest }) => {
      const { host, renewer } = openStage();
      host.upstream.enqueue(step);
      const outcome = await soon(host, renewer.renew(login), 10_000);
      expect(outcome).toEqual({
        kind: 'failed',
        reason: typeof said === 'string' ? said : expect.stringMatching(said),
        isDown: 'isDown' in rest ? true : undefined,
      });
      expect(host.fileText(path)).toBe(format(login));
      host.upstream.assertAllUsed();
    },
  );

  it('is told of a server whose answer is too long for a token', async () => {
    const { host, renewer } = openStage();
    host.upstream.enqueue({ chunks: ['x'.repeat(300_000)] });
    expect(await soon(host, renewer.renew(login))).toEqual({
      kind: 'failed',
      reason: 'https://login.example answered with more than 262144 bytes',
      isDown: true,
    });
  });
});

describe('an answer that could not be stored at once', () => {
  it('is stored by the next renewal, and nothing is sent again', async () => {
    let isFull = false;
    const wrap = (fake: FakeHost): Host => ({
      ...fake,
      files: {
        ...fake.files,
        writeAtomic: (file, content, mode) => {
          if (isFull)
            throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
          fake.files.writeAtomic(file, content, mode);
        },
      },
    });
    const { host, renewer, stored } = openStage({ wrap });
    host.upstream.enqueue({ ...says(granted), delayMs: 100 });
    const task = renewer.renew(login);
    await host.advance(50);
    isFull = true;
    expect(await soon(host, task, 50)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('the disk is full'),
    });
    isFull = false;
    expect(await soon(host, renewer.renew(stored()))).toMatchObject({ kind: 'renewed' });
    expect(stored().tokens.refresh).toBe('rt-test-second');
    expect(host.upstream.requests).toHaveLength(1);
  });

  it('is left in the file for the new owner of a lock that was taken over', async () => {
    const { host, renewer, stored } = openStage();
    host.upstream.enqueue({ ...says(granted), delayMs: 100 });
    const task = renewer.renew(login);
    await host.advance(50);
    const theirs = { process: 99, token: 'other', expiresAt: now + 200 };
    host.setFile(`${path}.login-l1.lock`, JSON.stringify(theirs));
    expect(await soon(host, task, 100)).toEqual({
      kind: 'failed',
      reason: 'the exchange took too long; its answer was stored',
    });
    expect(stored().tokens).toEqual(login.tokens);
    expect(stored().exchange?.answer?.tokens.refresh).toBe('rt-test-second');
    expect(await soon(host, renewer.renew(login), 300)).toMatchObject({ kind: 'renewed' });
    expect(stored()).toEqual(renewed);
    expect(host.upstream.requests).toHaveLength(1);
  });

  it('never goes out: without a place to write to, no refresh token is sent', async () => {
    const { host, renewer } = openStage();
    host.setFile(path, '{ broken');
    expect(await soon(host, renewer.renew(login))).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('is not valid JSON'),
    });
    expect(host.fileText(path)).toBe('{ broken');
    expect(host.upstream.requests).toEqual([]);
  });
});

describe('a token request of another process', () => {
  const begun = { startedAt: now, until: now + 15_000, owner: '99:other' };

  it('is waited for, and its result is taken over', async () => {
    const { host, renewer, store } = openStage({ login: { ...login, exchange: begun } });
    const task = renewer.renew(login);
    await host.advance(300);
    store(renewed);
    expect(await soon(host, task, 200)).toMatchObject({ kind: 'renewed' });
    expect(host.upstream.requests).toEqual([]);
  });

  it('that never ended is over with its lease, and the token is sent', async () => {
    const { host, renewer, stored } = openStage({ login: { ...login, exchange: begun } });
    host.upstream.enqueue(says(granted));
    const task = renewer.renew(login);
    await host.advance(14_900);
    expect(host.upstream.requests).toEqual([]);
    expect(await soon(host, task, 200)).toMatchObject({ kind: 'renewed' });
    expect(stored().tokens.refresh).toBe('rt-test-second');
  });

  it('that holds the lock for too long is named; nobody is told to log in', async () => {
    const { host, renewer } = openStage();
    const owner = { process: 99, token: 'other', expiresAt: now + 300_000 };
    host.setFile(`${path}.login-l1.lock`, JSON.stringify(owner));
    const outcome = await soon(host, renewer.renew(login), 20_100);
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(
        /^another process is refreshing the login ada of corp: process 99/,
      ),
    });
    expect(outcome).not.toMatchObject({ reason: expect.stringContaining('log in') });
    expect(host.upstream.requests).toEqual([]);
  });
});
