/**
 * Through tinyproxy and squid: the whole contract of a dispatch by a tunnel, who asks, HTTPS, and a
 * slow caller who holds back the provider. Where one of them is missing the title says so; CI
 * installs both, and there nothing is left out.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { readProxies } from '../../src/host/proxies.ts';
import { Upstream } from '../../src/host/upstream.ts';
import { ask, type Listener, turns, until } from '../contracts/dispatch/listener.ts';
import { RawProvider } from '../contracts/dispatch/raw-provider.ts';
import { testDispatch } from '../contracts/dispatch.ts';
import {
  isThere,
  type ProxyProgram,
  type RealProxy,
  startRealProxy,
  user,
} from '../fakes/real-proxy.ts';
import { makeSelfSigned } from '../fakes/self-signed.ts';

/** More than a proxy, the kernel and we hold of a connection nobody reads. */
const torrentBytes = 64 * 1024 * 1024;

describe.each<ProxyProgram>(['tinyproxy', 'squid'])('through %s', (program) => {
  const isLeftOut = !isThere(program) && process.env['CI'] === undefined;
  describe.skipIf(isLeftOut)(isLeftOut ? `, which is missing here` : '', () =>
    testThrough(program),
  );
});

function testThrough(program: ProxyProgram): void {
  let proxy: RealProxy;
  beforeAll(async () => {
    proxy = await startRealProxy(program);
  });
  afterAll(() => proxy.close());
  const urlFor = (password: string): string =>
    `http://${user.name}:${encodeURIComponent(password)}@127.0.0.1:${proxy.port}`;
  /** As the environment says it, for a provider elsewhere: loopback gets no proxy. */
  const open = (password: string, isTunnel: boolean): Upstream => {
    const { clock, environment } = createNodeHost({ HTTP_PROXY: urlFor(password) });
    const choose = readProxies(environment);
    return new Upstream(clock, (destination) =>
      choose({ ...destination, hostname: 'provider.test', isSecure: isTunnel }),
    );
  };

  testDispatch('by a tunnel', async () => {
    const upstream = open(user.password, true);
    return { dispatch: upstream.dispatch, close: async () => upstream.close() };
  });

  describe('by a request that it reads', () => {
    const asked = async (password: string): Promise<[Listener, RawProvider]> => {
      const [provider, upstream] = [new RawProvider(), open(password, false)];
      await provider.listen();
      const body = Buffer.from('{"a":1}');
      const heard = await ask(upstream.dispatch, { origin: provider.origin, method: 'POST', body })
        .heard.over;
      upstream.close();
      await provider.close();
      return [heard, provider];
    };

    it('is asked by a user whom it knows', async () => {
      const [heard, provider] = await asked(user.password);
      expect(heard).toMatchObject({ status: 200, text: 'ok', broken: [] });
      expect(provider.requests[0]?.body.toString()).toBe('{"a":1}');
      expect(provider.requests[0]?.head).not.toContain('proxy-authorization');
    });

    it('refuses others', async () => {
      const [heard, provider] = await asked('other');
      expect([heard.status || heard.error?.code, provider.requests.length]).toEqual([
        expect.anything(),
        0,
      ]);
      expect(heard.status).not.toBe(200);
    });

    it('holds the provider back for a caller who reads slowly', { timeout: 60_000 }, async () => {
      const [provider, upstream] = [new RawProvider(), open(user.password, false)];
      await provider.listen();
      let held: Socket | undefined;
      provider.answer = (socket) => {
        held = socket;
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-length: ${torrentBytes}\r\nconnection: close\r\n\r\n`,
        );
        socket.end(Buffer.alloc(torrentBytes));
      };
      const { call, heard } = ask(upstream.dispatch, { origin: provider.origin });
      heard.onPiece = () => call.pause();
      await until(() => heard.length > 0);
      await turns(2000);
      expect(heard.length).toBeLessThan(1024 * 1024);
      expect(held?.writableLength).toBeGreaterThan(torrentBytes / 4);
      heard.onPiece = () => heard.chunks.splice(0);
      call.resume();
      expect(await heard.over).toMatchObject({
        length: torrentBytes,
        error: undefined,
        broken: [],
      });
      upstream.close();
      await provider.close();
    });
  });

  it('gives nobody else a tunnel, and says what is missing', async () => {
    const upstream = open('other', true);
    const { heard } = ask(upstream.dispatch, { origin: 'http://provider.test' });
    expect((await heard.over).error).toMatchObject({
      code: expect.stringMatching(/^ERR_PROXY_(USER|REFUSED)$/),
      message: expect.stringMatching(/asks for a user and a password|answered 40[13]/),
    });
    upstream.close();
  });

  it('carries HTTPS that it cannot read, and sessions of TLS', { timeout: 60_000 }, async () => {
    const certificate = makeSelfSigned('localhost');
    const provider = new RawProvider(certificate);
    const reused: boolean[] = [];
    provider.greet = (socket) =>
      void reused.push(socket instanceof TLSSocket && socket.isSessionReused());
    await provider.listen();
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-proxied-'));
    writeFileSync(join(folder, 'trusted.pem'), certificate.cert);
    const child = fork(
      join(import.meta.dirname, '../processes/proxied-process.ts'),
      [String(provider.port)],
      {
        execArgv: [],
        env: {
          PATH: process.env['PATH'],
          HTTPS_PROXY: urlFor(user.password),
          NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem'),
        },
      },
    );
    const ended = once(child, 'exit');
    const [heard] = await once(child, 'message');
    expect(heard).toEqual(Array(3).fill({ status: 200, text: 'ok' }));
    expect(provider.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
    expect(reused).toEqual([false, true]);
    expect(await ended).toEqual([0, null]);
    rmSync(folder, { recursive: true });
    await provider.close();
  });
}
