/**
 * Where upstream requests go: through the proxy of the environment, first connection or fresh one,
 * but never for loopback and for what `NO_PROXY` lists.
 */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { parseOrigin } from './http1/origin.ts';
import { createNodeHost } from './node-host.ts';
import { readProxies } from './proxies.ts';

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
    const handler = {
      onHead: () => undefined,
      onData: () => undefined,
      onEnd: done,
      onError: done,
    };
    host.dispatch({ origin, path: '/', method: 'GET', headers: {}, freshConnection }, handler);
  });
  await host.close();
}

describe('a proxy in the environment', () => {
  it.each([false, true])(
    'is used for an origin elsewhere (fresh connection: %s)',
    async (isFresh) => {
      await ask('https://provider.invalid', isFresh);
      expect(proxied).toEqual(['provider.invalid:443']);
    },
  );

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

/** The proxy that such an environment names for an origin. */
function choose(variables: Readonly<Record<string, string>>, origin: string) {
  const { environment, ...host } = createFakeHost();
  for (const [name, value] of Object.entries(variables)) host.setEnvironment(name, value);
  return readProxies(environment)(parseOrigin(origin));
}

describe('the proxy of an origin', () => {
  const [plain, secure] = ['http://plain:1', 'http://secure:2'];
  it.each<[string, Readonly<Record<string, string>>, string, string | undefined]>([
    ['nobody names one', {}, 'https://a.example', undefined],
    [
      'it is named for secure ones',
      { HTTPS_PROXY: secure },
      'https://a.example',
      'secure:2 tunnel',
    ],
    ['it is named for others only', { HTTPS_PROXY: secure }, 'http://a.example', undefined],
    ['it is named for all', { HTTP_PROXY: plain }, 'https://a.example', 'plain:1 tunnel'],
    [
      'it reads requests',
      { HTTP_PROXY: plain, HTTPS_PROXY: secure },
      'http://a.example',
      'plain:1 forward',
    ],
    [
      'it is not used for secure origins',
      { HTTP_PROXY: plain, HTTPS_PROXY: '' },
      'https://a.example',
      undefined,
    ],
    [
      'small letters are first',
      { HTTPS_PROXY: plain, https_proxy: secure },
      'https://a',
      'secure:2 tunnel',
    ],
    ['it is reached by TLS', { HTTPS_PROXY: 'https://p' }, 'https://a', 'p tunnel'],
  ])('where %s', (_name, variables, origin, expected) => {
    const proxy = choose(variables, origin);
    const kind = proxy?.isTunnel === true ? 'tunnel' : 'forward';
    expect(proxy === undefined ? undefined : `${proxy.destination.host} ${kind}`).toBe(expected);
  });

  it.each([
    ['http://user:word@p:1', 'user:word'],
    ['http://us%40er:w%2Fo%C3%A9rd@p:1', 'us@er:w/o\u00e9rd'],
    ['http://user@p:1', 'user:'],
    ['http://p:1', undefined],
  ])('is told who asks: %s', (url, words) => {
    const [, told] =
      choose({ HTTPS_PROXY: url }, 'https://a')?.authorization?.split('Basic ') ?? [];
    expect(told === undefined ? undefined : Buffer.from(told, 'base64').toString()).toBe(words);
  });

  it.each(['#', '/', '?', '\\', '%', '#/', '?%#'])(
    'whose password has %s as it is says how that is written, which then works',
    (odd) => {
      for (const word of [`pa${odd}ss`, `12${odd}xy`, `${odd}z`, `z${odd}`]) {
        const url = (written: string): string => `http://CORP-alice:${written}@p.example:3128`;
        const read = (value: string) => choose({ HTTPS_PROXY: value }, 'https://a');
        const told = expect.objectContaining({
          message: expect.not.stringContaining(word),
          fix: {
            text: `in its user and its password write ${[...odd].map((one) => `${encodeURIComponent(one)} for ${one}`).join(', ')}`,
          },
        });
        expect(() => read(url(word))).toThrow(told);
        const written = [...word].map((one) => (odd.includes(one) ? encodeURIComponent(one) : one));
        expect(read(url(written.join('')))?.destination.host).toBe('p.example:3128');
      }
    },
  );

  it.each([
    'nonsense',
    'socks5://p:1',
    'http://us%er:w%%rd@p:1',
    'http://wpad/proxy.pac',
    'http://wpad.corp:8080/wpad.dat',
  ])('that is no URL of one stops us, and is not quoted: %s', (value) => {
    const fault = expect.objectContaining({
      code: 'config-invalid',
      message: expect.not.stringContaining(value),
    });
    expect(() => choose({ HTTPS_PROXY: value }, 'https://a')).toThrow(fault);
  });

  it.each([
    ['https_proxy', { https_proxy: 'socks5://p:1', HTTPS_PROXY: 'http://p:1' }],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'nonsense', http_proxy: 'http://p:1' }],
    ['http_proxy', { http_proxy: 'socks5h://p:1' }],
    ['HTTP_PROXY', { HTTP_PROXY: 'http://wpad/proxy.pac' }],
  ])('that is wrong is named as it is set: %s', (name, variables) => {
    expect(() => choose(variables, 'https://a')).toThrow(`the environment variable ${name} `);
  });
});

describe('NO_PROXY', () => {
  it.each([
    ['10.*', 'http://10.9.8.7', true],
    ['192.168.*.*', 'http://192.168.7.7:8000', true],
    ['192.168.7.*', 'http://192.168.8.1', false],
    ['10.*', 'http://10.example', false],
    ['10.*.example', 'http://10.9.8.7', false],
  ])('with %s leaves out %s: %s', (list, origin, isLeftOut) => {
    const proxy = choose({ HTTP_PROXY: 'http://p:1', NO_PROXY: list }, origin);
    expect(proxy === undefined).toBe(isLeftOut);
  });

  it.each<[string, string, boolean]>([
    // As curl 7.88 was seen to read them.
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://a.example.com', true],
    ['example.com', 'https://notexample.com', false],
    ['.example.com', 'https://a.example.com', true],
    ['.example.com', 'https://example.com', true],
    ['EXAMPLE.com.', 'https://a.example.com', true],
    ['example.com', 'https://a.example.com.', true],
    ['x,example.com', 'https://a.example.com', true],
    ['x example.com', 'https://a.example.com', true],
    [' x , example.com ', 'https://a.example.com', true],
    ['', 'https://a.example.com', false],
    [',', 'https://a.example.com', false],
    ['*', 'https://a.example.com', true],
    [' * ', 'https://10.0.0.1', true],
    ['x, *', 'https://a.example.com', false],
    // Other than curl: what is meant is plain.
    ['x;example.com', 'https://a.example.com', true],
    ['https://example.com/v1', 'https://example.com', true],
    ['http://example.com:8080', 'https://example.com', false],
    ['*example.com', 'https://a.example.com', true],
    ['10.0.0.1', 'https://10.0.0.1', true],
    ['10.0.0.1', 'https://10.0.0.11', false],
    ['10.0.0', 'https://10.0.0.1', false],
    ['.0.0.1', 'https://10.0.0.1', false],
    ['*.0.0.1', 'https://10.0.0.1', false],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.1.2.3/32', 'https://10.1.2.3', true],
    ['10.0.0.0/33', 'https://10.0.0.0', false],
    ['10.0.0.0/', 'https://10.0.0.0', false],
    ['10.0.0.0/8', 'https://ten.example', false],
    ['2001:db8::1', 'https://[2001:db8::1]', true],
    ['2001:db8::/32', 'https://[2001:db8:1::1]', true],
    ['2001:db8::/32', 'https://[2001:db9::1]', false],
    // Beyond curl: what others read, too.
    ['[2001:db8::1]', 'https://[2001:db8::1]', true],
    ['*.example.com', 'https://a.example.com', true],
    ['a.example.com:443', 'https://a.example.com', true],
    ['a.example.com:8443', 'https://a.example.com', false],
    ['example.com:8443', 'https://a.example.com:8443', true],
    ['10.0.0.1:8443', 'https://10.0.0.1:8443', true],
    ['10.0.0.1:8443', 'https://10.0.0.1', false],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', true],
  ])('%j and %s: direct is %s', (list, origin, isDirect) => {
    const proxy = choose({ HTTPS_PROXY: 'http://p:1', NO_PROXY: list }, origin);
    expect(proxy === undefined).toBe(isDirect);
  });
});
