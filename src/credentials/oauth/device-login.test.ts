import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { granted, idTokenOf, says } from '../../../test/oauth/stage.ts';
import type { LoginSettings } from '../../model/oauth.ts';
import { type DeviceLogin, startDeviceLogin } from './device-login.ts';

const never = new AbortController().signal;
const settings: LoginSettings = {
  issuer: 'https://login.example',
  deviceAuthorizationEndpoint: 'https://login.example/device/code',
  tokenEndpoint: 'https://login.example/token',
  clientId: 'holdfast',
  scopes: ['openid', 'offline_access'],
};
const code = {
  device_code: 'dc-test-device-code',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://login.example/device',
  verification_uri_complete: 'https://login.example/device?user_code=WDJB-MJHT',
  expires_in: 600,
  interval: 2,
};
const pending = says({ error: 'authorization_pending' }, 400);
const document = {
  issuer: 'https://login.example',
  token_endpoint: 'https://login.example/t',
  device_authorization_endpoint: 'https://login.example/d',
  revocation_endpoint: 'https://login.example/r',
  id_token_signing_alg_values_supported: ['ES256'],
};

async function begin(
  steps: readonly UpstreamStep[],
  change: Partial<LoginSettings> = {},
): Promise<{ readonly host: FakeHost; readonly login: DeviceLogin }> {
  const host = createFakeHost();
  host.upstream.enqueue(...steps);
  const started = startDeviceLogin(host, { ...settings, ...change }, never);
  await host.advance(0);
  return { host, login: await started };
}

/** Times of the requests after the first, in seconds since the login began. */
async function pollUntilSettled(
  { host, login }: { readonly host: FakeHost; readonly login: DeviceLogin },
  seconds: number,
): Promise<{ readonly at: readonly number[]; readonly outcome: unknown }> {
  const at: number[] = [];
  let outcome: unknown;
  const task = login.wait(never).then(
    (value) => {
      outcome = value;
    },
    (error) => {
      outcome = error;
    },
  );
  for (let second = 1; second <= seconds && outcome === undefined; second += 1) {
    const before = host.upstream.requests.length;
    await host.advance(1000);
    if (host.upstream.requests.length > before) at.push(second);
  }
  await task;
  return { at, outcome };
}

describe('a login with a device code', () => {
  it('asks for a code, hands out the address, and asks for tokens until the person has agreed', async () => {
    const begun = await begin([
      says(code),
      pending,
      pending,
      says({ ...granted, id_token: idTokenOf('ada') }),
    ]);
    const { host, login } = begun;
    expect(login.prompt).toEqual({
      verificationUri: 'https://login.example/device',
      verificationUriComplete: 'https://login.example/device?user_code=WDJB-MJHT',
      userCode: 'WDJB-MJHT',
      expiresAt: host.clock.now() + 600_000,
    });
    const { at, outcome } = await pollUntilSettled(begun, 10);
    expect(at).toEqual([2, 4, 6]);
    expect(outcome).toMatchObject({
      grant: { subject: 'ada', tokens: { access: 'at-test-second', refresh: 'rt-test-second' } },
      server: { issuer: 'https://login.example', tokenEndpoint: 'https://login.example/token' },
    });
    const [first, second] = host.upstream.requests;
    expect(first?.path).toBe('/device/code');
    expect(Object.fromEntries(new URLSearchParams(first?.body?.toString()))).toEqual({
      client_id: 'holdfast',
      scope: 'openid offline_access',
    });
    expect(new URLSearchParams(second?.body?.toString()).get('device_code')).toBe(
      'dc-test-device-code',
    );
    host.upstream.assertAllUsed();
  });

  it('asks five seconds less often each time the server says slow_down (RFC 8628 § 3.5)', async () => {
    const slow = says({ error: 'slow_down' }, 400);
    const begun = await begin([says(code), slow, slow, says(granted)]);
    const { at } = await pollUntilSettled(begun, 40);
    expect(at).toEqual([2, 9, 21]);
  });

  it('goes on after a fault of the network, half as often', async () => {
    const cut = { error: Object.assign(new Error('cut'), { code: 'ECONNRESET' }) };
    const begun = await begin([says(code), cut, cut, says(granted)]);
    const { at, outcome } = await pollUntilSettled(begun, 40);
    expect(at).toEqual([2, 6, 14]);
    expect(outcome).toMatchObject({ grant: { tokens: { access: 'at-test-second' } } });
  });

  it('waits five seconds between two questions where the server names no interval', async () => {
    const { interval: _none, ...unpaced } = code;
    const { at } = await pollUntilSettled(await begin([says(unpaced), says(granted)]), 10);
    expect(at).toEqual([5]);
  });

  it.each([
    {
      name: 'the person said no',
      answer: says({ error: 'access_denied' }, 400),
      said: 'it was denied at the server',
    },
    {
      name: 'the code ran out',
      answer: says({ error: 'expired_token' }, 400),
      said: 'the code has run out',
    },
    {
      name: 'the server wants no such client',
      answer: says({ error: 'unauthorized_client', error_description: 'not for you' }, 400),
      said: 'https://login.example answered unauthorized_client: "not for you"',
    },
  ])('ends when $name', async ({ answer, said }) => {
    const { outcome } = await pollUntilSettled(await begin([says(code), answer]), 10);
    expect(outcome).toMatchObject({ code: 'login-failed', message: expect.stringContaining(said) });
  });

  it('ends when the code has run out by our clock', async () => {
    const begun = await begin([says({ ...code, expires_in: 5 }), pending, pending]);
    const { at, outcome } = await pollUntilSettled(begun, 10);
    expect(at).toEqual([2, 4]);
    expect(outcome).toMatchObject({ code: 'login-failed' });
  });

  it('stops asking when its caller goes away', async () => {
    const { host, login } = await begin([says(code)]);
    const caller = new AbortController();
    const task = login.wait(caller.signal);
    caller.abort(new Error('gone'));
    await expect(task).rejects.toThrow('gone');
    await host.advance(60_000);
    expect(host.upstream.requests).toHaveLength(1);
  });
});

describe('the server of a login', () => {
  const { deviceAuthorizationEndpoint: _device, tokenEndpoint: _token, ...byIssuer } = settings;

  it('is discovered from its issuer, as OpenID Connect has it', async () => {
    const host = createFakeHost();
    host.upstream.enqueue(says(document), says(code), says(granted));
    const started = startDeviceLogin(host, byIssuer, never);
    await host.advance(0);
    const { outcome } = await pollUntilSettled({ host, login: await started }, 10);
    expect(host.upstream.requests.map(({ path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      '/d',
      '/t',
    ]);
    expect(outcome).toMatchObject({
      server: {
        tokenEndpoint: 'https://login.example/t',
        revocationEndpoint: 'https://login.example/r',
        idTokenAlgorithms: ['ES256'],
      },
    });
  });

  it('is discovered as RFC 8414 has it where it speaks no OpenID Connect', async () => {
    const host = createFakeHost();
    host.upstream.enqueue({ status: 404 }, says(document), says(code));
    const started = startDeviceLogin(host, byIssuer, never);
    await host.advance(0);
    await started;
    expect(host.upstream.requests.map(({ path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/d',
    ]);
  });

  it.each([
    {
      name: 'offers no device code',
      steps: [says({ ...document, device_authorization_endpoint: undefined })],
      said: 'https://login.example offers no login with a device code',
    },
    {
      name: 'is another one than it says',
      steps: [says({ ...document, issuer: 'https://evil.example' })],
      said: 'https://login.example: ',
    },
    {
      name: 'cannot be reached',
      steps: [{ error: Object.assign(new Error('no'), { code: 'ENOTFOUND' }) }],
      said: 'https://login.example could not be reached (ENOTFOUND)',
    },
  ])('that $name ends the login with its name', async ({ steps, said }) => {
    const host = createFakeHost();
    host.upstream.enqueue(...steps);
    const started = startDeviceLogin(host, byIssuer, never);
    const outcome = expect(started).rejects.toMatchObject({
      code: 'login-failed',
      message: expect.stringContaining(said),
    });
    await host.advance(0);
    await outcome;
    host.upstream.assertAllUsed();
  });
});
