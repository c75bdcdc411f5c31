import { describe, expect, it } from 'vitest';
import type { FakeHost } from '../../../test/fakes/fake-host.ts';
import { granted, login, now, openStage, path, says } from '../../../test/oauth/stage.ts';
import { createCredentialsFile } from '../../config/files/credentials-file.ts';
import { fingerprintOf } from '../../config/secrets/fingerprint.ts';
import type { RenewedToken } from '../../model/oauth.ts';
import { Redactor } from '../redact/redact.ts';
import type { Login } from './login.ts';
import { Logins, type TokenState } from './logins.ts';

const never = new AbortController().signal;
const place = { id: login.id, origin: login.origin };
const unreachable = { error: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) };
const refused = says({ error: 'invalid_grant' }, 400);
const hour = 3_600_000;

/** A login of an hour whose access token ends in so many milliseconds. */
const endingIn = (leftMs: number): Login => ({
  ...login,
  tokens: { ...login.tokens, receivedAt: now + leftMs - hour, expiresAt: now + leftMs },
});

function enter(stored: Login): {
  readonly host: FakeHost;
  readonly logins: Logins;
  readonly said: string[];
  readonly renewed: RenewedToken[];
  read(ms?: number): Promise<TokenState>;
} {
  const { host } = openStage({ login: stored });
  const said: string[] = [];
  const onEvent = (event: { readonly type: string; readonly text?: string }): void => {
    said.push(event.text ?? '');
  };
  const renewed: RenewedToken[] = [];
  const logins = new Logins({
    host,
    credentialsFile: createCredentialsFile(host, path),
    redactor: new Redactor(),
    onEvent,
    onRenewed: (one) => renewed.push(one),
  });
  const read = async (ms = 0): Promise<TokenState> => {
    const task = logins.read(place, never);
    await host.advance(ms);
    return task;
  };
  return { host, logins, said, renewed, read };
}

const tokenOf = (state: TokenState): string | undefined =>
  state.kind === 'good' ? state.login.tokens.access : undefined;

describe('a look at a login', () => {
  it.each([
    { name: 'fresh', stored: endingIn(hour), kind: 'good' },
    { name: 'near its end', stored: endingIn(200_000), kind: 'due' },
    { name: 'over', stored: endingIn(-1), kind: 'due' },
    {
      name: 'over and without a refresh token',
      stored: { ...login, tokens: { access: 'at-test', receivedAt: 1, expiresAt: 2 } },
      kind: 'ended',
    },
    {
      name: 'over and refused',
      stored: { ...login, refusal: { at: now, until: now + hour, reason: 'no' } },
      kind: 'ended',
    },
    {
      name: 'near its end and refused',
      stored: { ...endingIn(200_000), refusal: { at: now, until: now + hour, reason: 'no' } },
      kind: 'good',
    },
  ])('that is $name says $kind and sends nothing', ({ stored, kind }) => {
    const { host, logins } = enter(stored);
    expect(logins.look(place).kind).toBe(kind);
    expect(host.upstream.requests).toEqual([]);
  });

  it('finds nothing for another origin, or an id that is not there (law 12)', () => {
    const { logins } = enter(endingIn(hour));
    expect(logins.look({ ...place, origin: 'https://elsewhere.example' })).toEqual({
      kind: 'gone',
      problem: undefined,
    });
    expect(logins.look({ ...place, id: 'l9' }).kind).toBe('gone');
  });

  it('prints no token', () => {
    const { logins } = enter(endingIn(hour));
    expect(JSON.stringify(logins.look(place))).not.toMatch(/[ari][td]-test/);
  });
});

describe('a token that is asked for near its end', () => {
  it('is renewed before it is used', async () => {
    const { host, read } = enter(endingIn(200_000));
    host.upstream.enqueue(says(granted));
    expect(tokenOf(await read())).toBe('at-test-second');
  });

  it('is used as it is when the new one takes longer than two seconds, which comes all the same', async () => {
    const { host, logins, read } = enter(endingIn(200_000));
    host.upstream.enqueue({ ...says(granted), delayMs: 5000 });
    expect(tokenOf(await read(2000))).toBe('at-test-first');
    await host.advance(3000);
    expect(tokenOf(logins.look(place))).toBe('at-test-second');
  });

  it('is waited for in its last half minute', async () => {
    const { host, read } = enter(endingIn(20_000));
    host.upstream.enqueue({ ...says(granted), delayMs: 5000 });
    expect(tokenOf(await read(5000))).toBe('at-test-second');
  });

  it('is used to its end while it cannot be renewed, and the server is asked ever less often', async () => {
    const { host, read } = enter(endingIn(100_000));
    const asked: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      host.upstream.enqueue(unreachable);
      const before = host.upstream.requests.length;
      expect(tokenOf(await read(1000))).toBe('at-test-first');
      if (host.upstream.requests.length > before) asked.push(second);
    }
    expect(asked).toEqual([0, 2, 7, 17, 47]);
  });

  it('is not lost when the one who waits goes away in the middle of the token request', async () => {
    const { host, logins } = enter(endingIn(-1));
    host.upstream.enqueue({ ...says(granted), delayMs: 1000 });
    const caller = new AbortController();
    const task = logins.read(place, caller.signal);
    await host.advance(500);
    caller.abort(new Error('client gone'));
    await expect(task).rejects.toThrow('client gone');
    await host.advance(500);
    expect(host.upstream.abortedCount).toBe(0);
    expect(tokenOf(logins.look(place))).toBe('at-test-second');
  });
});

describe('a renewed token', () => {
  it('is told of with the one before, once, whoever renewed it', async () => {
    const { host, logins, read, renewed } = enter(endingIn(-1));
    logins.look(place);
    expect(renewed).toEqual([]);
    host.upstream.enqueue(says(granted));
    await read();
    logins.look(place);
    const [before, after] = ['at-test-first', 'at-test-second'].map((token) =>
      fingerprintOf(login.origin, token),
    );
    expect(renewed).toEqual([{ origin: login.origin, before, after }]);
  });
});

describe('a token that has run out', () => {
  it('says why there is no other, and asks the server for a new one', async () => {
    const { host, logins, read } = enter(endingIn(-1));
    host.upstream.enqueue(unreachable);
    const detail =
      'the login ada of corp could not be refreshed: https://login.example could not be reached (ECONNREFUSED)';
    const text =
      'wait for https://login.example, the server of that login, or ask whoever runs it: the login has not ended, and is tried again by itself';
    const ended = { kind: 'ended', detail, isRevoked: false, fix: { text } };
    expect(await read()).toEqual(ended);
    expect(logins.look(place)).toEqual(ended);
    host.upstream.enqueue(says(granted));
    await host.advance(2000);
    expect(tokenOf(await read())).toBe('at-test-second');
  });

  it('tells of a refusal once, with the command that helps', async () => {
    const { host, said, read } = enter(endingIn(-1));
    host.upstream.enqueue(refused);
    const state = await read();
    await read();
    const detail =
      'the login ada of corp has ended (https://login.example answered invalid_grant); log in again: holdfast auth login corp';
    expect(state).toEqual({ kind: 'ended', detail, isRevoked: true });
    expect(said).toEqual([detail]);
    expect(host.upstream.requests).toHaveLength(1);
  });
});

describe('a token that the provider refused', () => {
  const reread = async (
    { host, logins }: ReturnType<typeof enter>,
    access = 'at-test-first',
  ): Promise<TokenState> => {
    const task = logins.reread(place, fingerprintOf(login.origin, access), never);
    await host.advance(0);
    return task;
  };

  it('is renewed whatever its age', async () => {
    const stage = enter(endingIn(hour / 2));
    stage.host.upstream.enqueue(says(granted));
    expect(tokenOf(await reread(stage))).toBe('at-test-second');
  });

  it('is renewed once for all who were refused', async () => {
    const stage = enter(endingIn(hour / 2));
    stage.host.upstream.enqueue(says(granted));
    const states = await Promise.all([reread(stage), reread(stage), reread(stage)]);
    expect(states.map(tokenOf)).toEqual(Array(3).fill('at-test-second'));
    expect(stage.host.upstream.requests).toHaveLength(1);
  });

  it('is not renewed when another one is there already', async () => {
    const stage = enter(endingIn(hour / 2));
    expect(tokenOf(await reread(stage, 'at-test-of-before'))).toBe('at-test-first');
    expect(stage.host.upstream.requests).toEqual([]);
  });

  it('is not renewed within a minute of its making: the next would be refused as well', async () => {
    const stage = enter(endingIn(hour - 59_000));
    expect(tokenOf(await reread(stage))).toBe('at-test-first');
    expect(stage.host.upstream.requests).toEqual([]);
  });

  it('stays a suspect like any key where there is no refresh token (law 6)', async () => {
    const { refresh: _none, ...tokens } = endingIn(hour / 2).tokens;
    expect(tokenOf(await reread(enter({ ...login, tokens })))).toBe('at-test-first');
  });

  it('counts as revoked when its refresh token is refused too', async () => {
    const stage = enter(endingIn(hour / 2));
    stage.host.upstream.enqueue(refused);
    expect(await reread(stage)).toMatchObject({ kind: 'ended', isRevoked: true });
  });

  it('is no worse than refused when the server cannot be reached', async () => {
    const stage = enter(endingIn(hour / 2));
    stage.host.upstream.enqueue(unreachable);
    expect(await reread(stage)).toMatchObject({ kind: 'ended', isRevoked: false });
    expect(stage.logins.look(place).kind).toBe('good');
  });
});

describe('the end of a program', () => {
  it('waits for a token request under way', async () => {
    const { host, logins } = enter(endingIn(-1));
    host.upstream.enqueue({ ...says(granted), delayMs: 1000 });
    const task = logins.read(place, never);
    let isClosed = false;
    const closing = logins.close().then(() => {
      isClosed = true;
    });
    await host.advance(999);
    expect(isClosed).toBe(false);
    await host.advance(1);
    await Promise.all([task, closing]);
    expect(isClosed).toBe(true);
  });
});
