/**
 * Every way to a provider keeps the one contract: straight, by a tunnel through a proxy, and by a
 * proxy that hands on requests.
 */

import { createServer } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, turns, until } from '../../test/contracts/dispatch/listener.ts';
import { RawProvider } from '../../test/contracts/dispatch/raw-provider.ts';
import { testDispatch } from '../../test/contracts/dispatch.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { RawProxy } from '../../test/fakes/raw-proxy.ts';
import { makeSelfSigned } from '../../test/fakes/self-signed.ts';
import { parseOrigin } from './http1/origin.ts';
import { createNodeHost } from './node-host.ts';
import type { HttpProxy } from './proxies.ts';
import { Upstream } from './upstream.ts';

testDispatch('straight', async () => createNodeHost({}));
testDispatch('by a tunnel', () => openThroughProxy(() => true));
testDispatch('by a proxy that hands on requests', () => openThroughProxy((isSecure) => isSecure));

async function openThroughProxy(
  isTunnel: (isSecure: boolean) => boolean,
): Promise<{ dispatch: Upstream['dispatch']; close(): Promise<void> }> {
  const proxy = new RawProxy();
  await proxy.listen();
  const destination = parseOrigin(proxy.origin);
  const { clock } = createNodeHost({});
  const upstream = new Upstream(clock, ({ isSecure }) => ({
    destination,
    isTunnel: isTunnel(isSecure),
  }));
  return {
    dispatch: upstream.dispatch,
    close: async () => {
      upstream.close();
      await proxy.close();
    },
  };
}

it('a proxy that wants a password before it hands a request on is told of as one', async () => {
  const proxy = new RawProvider();
  await proxy.listen();
  proxy.answer = (socket) => void socket.write('HTTP/1.1 407 Who\r\ncontent-length: 2\r\n\r\nno');
  const route = { destination: parseOrigin(proxy.origin), isTunnel: false };
  const upstream = new Upstream(createNodeHost({}).clock, () => route);
  const heard = await ask(upstream.dispatch, { origin: 'http://provider.invalid' }).heard.over;
  const message = 'a proxy asks for a user and a password: http://USER:PASSWORD@HOST:PORT';
  expect(heard).toMatchObject({
    status: 0,
    error: { code: 'ERR_PROXY_USER', message },
    broken: [],
  });
  upstream.close();
  await proxy.close();
});

describe('a tunnel', () => {
  let proxy: RawProxy;
  let provider: RawProvider;
  let upstream: Upstream;
  const time = createFakeHost();
  const clock = { ...time.clock, afterTurn: (callback: () => void) => void setImmediate(callback) };
  const through = (more: Partial<HttpProxy> = {}): void => {
    const route = { destination: parseOrigin(proxy.origin), isTunnel: true, ...more };
    upstream = new Upstream(clock, () => route);
  };
  const askOnce = () => ask(upstream.dispatch, { origin: provider.origin }).heard.over;
  beforeEach(async () => {
    [proxy, provider] = [new RawProxy(), new RawProvider()];
    await Promise.all([proxy.listen(), provider.listen()]);
    through();
  });
  afterEach(async () => {
    upstream.close();
    await Promise.all([proxy.close(), provider.close()]);
  });

  it('is asked for by name and port, with the proxy-authorization where there is one', async () => {
    through({ authorization: 'Basic QTpC' });
    await askOnce();
    const place = `127.0.0.1:${provider.port}`;
    expect(proxy.head).toBe(
      `connect ${place} http/1.1\r\nhost: ${place}\r\nproxy-authorization: basic qtpc`,
    );
    expect(provider.requests[0]?.head).not.toContain('proxy-');
  });

  it('serves one request after the other', async () => {
    await askOnce();
    await askOnce();
    expect([proxy.asked.length, provider.connections]).toEqual([1, 1]);
  });

  it.each([
    [
      'HTTP/1.1 407 Who\r\n\r\n',
      'USER',
      'asks for a user and a password: http://USER:PASSWORD@HOST:PORT',
    ],
    [
      'HTTP/1.1 407 Who\r\nproxy-authenticate: Negotiate, NTLM\r\nproxy-authenticate: Basic realm="a, NTLM b"\r\n\r\n',
      'USER',
      'asks for a user and a password: http://USER:PASSWORD@HOST:PORT',
    ],
    [
      'HTTP/1.1 407 Who\r\nproxy-authenticate: Negotiate\r\nproxy-authenticate: NTLM TlRM=\r\nproxy-authenticate: Digest realm="Basic, b", nonce="x"\r\n\r\n',
      'LOGIN',
      'wants a login by Negotiate, NTLM, Digest, and Holdfast speaks Basic only',
    ],
    ['HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno', 'REFUSED', 'answered 403'],
    [
      'HTTP/1.1 403 Forbidden\r\nx-deny-reason: host_not_allowed\r\n\r\n',
      'REFUSED',
      'answered 403 (x-deny-reason: host_not_allowed)',
    ],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', 'UNREACHED', 'answered 502'],
    [
      'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
      'CONNECT',
      'spoke before it was asked anything',
    ],
    ['HTTP/1.1 200', 'CONNECT', 'closed the connection'],
  ])('that is not given is an error which names the proxy: %j', async (answer, why, what) => {
    proxy.answer = answer;
    const heard = await askOnce();
    const message = `the proxy ${parseOrigin(proxy.origin).host} ${what} (for 127.0.0.1:${provider.port})`;
    expect(heard).toMatchObject({ error: { code: `ERR_PROXY_${why}`, message }, broken: [] });
    expect(provider.requests).toEqual([]);
  });

  it.each(['SSH-2.0-OpenSSH_9\r\n\r\n', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(4000)}`])(
    'that is answered by something else is an error: %.12s',
    async (answer) => {
      proxy.answer = answer;
      expect(await askOnce()).toMatchObject({ error: { code: /^HPE_/ }, broken: [] });
    },
  );

  it('to a proxy that does not listen is an error of the proxy, not of the provider', async () => {
    const gone = parseOrigin('http://127.0.0.1:1');
    through({ destination: gone });
    expect(await askOnce()).toMatchObject({
      error: {
        code: 'ERR_PROXY_CONNECT',
        message: 'the proxy 127.0.0.1:1 does not listen (ECONNREFUSED)',
      },
    });
  });

  it('to a proxy whose own certificate is not trusted is not blamed on the provider', async () => {
    const server = createServer(makeSelfSigned('proxy.test'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    through({ destination: parseOrigin(`https://127.0.0.1:${port}`) });
    const { error } = await askOnce();
    expect(error).toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      message: expect.stringContaining(`the proxy 127.0.0.1:${port}: self-signed certificate`),
    });
    server.close();
  });

  it('that is not opened within 10 s is given up', async () => {
    proxy.answer = 'HTTP/1.1 200 OK\r\n';
    const { heard } = ask(upstream.dispatch, { origin: provider.origin });
    await until(() => proxy.asked.length === 1);
    await turns(10);
    await time.advance(10_000);
    expect((await heard.over).error).toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('that nobody waits for any more is closed', async () => {
    proxy.answer = 'HTTP/1.1 200 OK\r\n';
    const { call, heard } = ask(upstream.dispatch, { origin: provider.origin });
    await until(() => proxy.asked.length === 1);
    call.abort();
    await until(() => provider.ended === 1);
    expect(heard.broken).toEqual([]);
  });
});
