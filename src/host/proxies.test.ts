/** Where upstream requests go: through the proxy of the environment, first connection or fresh one, and never for loopback. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeHost } from './node-host.ts';

let proxied: string[] = [];
let proxy: Server;

beforeEach(async () => {
  proxied = [];
  proxy = createServer();
  proxy.on('connect', ({ url = '' }, socket) => {
    proxied.push(url);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});

afterEach(() => new Promise((resolve) => proxy.close(resolve)));

/** Asks once; resolves when the exchange is over, well or not. */
async function ask(origin: string, freshConnection: boolean): Promise<void> {
  const { port } = proxy.address() as AddressInfo;
  const host = createNodeHost({
    HTTPS_PROXY: `http://127.0.0.1:${port}`,
    HTTP_PROXY: `http://127.0.0.1:${port}`,
  });
  await new Promise<void>((resolve) => {
    const done = (): void => resolve();
    const handler = { onHead: () => undefined, onData: () => undefined, onEnd: done, onError: done };
    host.dispatch({ origin, path: '/', method: 'GET', headers: {}, freshConnection }, handler);
  });
  await host.close();
}

describe('a proxy in the environment', () => {
  it.each([false, true])('is used for an origin elsewhere (fresh connection: %s)', async (isFresh) => {
    await ask('https://provider.invalid', isFresh);
    expect(proxied).toEqual(['provider.invalid:443']);
  });

  it.each([
    'http://localhost:1',
    'http://127.0.0.1:1',
    'http://127.8.8.8:1',
    'http://[::1]:1',
    'http://0.0.0.0:1',
    'http://[::ffff:7f00:1]:1',
    'http://models.localhost:1',
  ])('is not asked for loopback: %s', async (origin) => {
    await ask(origin, false);
    await ask(origin, true);
    expect(proxied).toEqual([]);
  });
});
