import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../../test/contracts/folder.ts';
import { compareWays } from './way-checks.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

type Variables = Readonly<Record<string, string>>;

function compare(gateway: Variables, shell: Variables, origins: readonly string[]): string {
  mkdirSync(join(folder.path, '7'));
  const lines = Object.entries(gateway).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(folder.path, '7', 'environ'), `PATH=/bin\0${lines.join('\0')}\0`);
  const environment = { get: (name: string) => shell[name], all: () => shell };
  const found = compareWays({ pid: 7, shell: environment, origins }, folder.path);
  return found.map(({ what, fix }) => `${what} → ${fix?.text}`).join('\n');
}

const far = ['https://a.test', 'http://127.0.0.1:8000'];
const proxy = { HTTPS_PROXY: 'http://u:secret@p.test:3128' };
const root = { NODE_EXTRA_CA_CERTS: '/root.pem' };

it.each<[string, Variables, Variables, readonly string[], RegExp]>([
  ['its proxy', proxy, {}, far, /asks https:..a\.test through p\.test:3128, .* ask straight/],
  ['the proxy of the shell', {}, proxy, far, /straight, .* through p\.test:3128 .*HTTPS_PROXY/],
  [
    'an exception',
    { ...proxy, no_proxy: 'a.test' },
    proxy,
    far,
    /asks https:..a\.test straight, and this shell would ask through p\.test:3128/,
  ],
  ['certificates of the shell', {}, root, far, /is .root\.pem in this shell, .* has it not/],
  ['other ones', { NODE_EXTRA_CA_CERTS: '/old' }, root, far, /\(pid 7\) has \/old → .*again/],
  ['the same', { ...proxy, ...root }, { ...proxy, ...root }, far, /^$/],
  ['a proxy that no server is asked through', {}, proxy, ['http://127.0.0.1:8000'], /^$/],
  ['certificates that nobody shows', {}, root, ['http://b.test'], /^$/],
  ['what the gateway trusts besides', root, {}, far, /^$/],
])('the way of the gateway is told beside that of the shell: %s', (_what, ...rest) => {
  const [gateway, shell, origins, told] = rest;
  const found = compare(gateway, shell, origins);
  expect(found).toMatch(told);
  expect(found).not.toContain('secret');
});

it('nothing is told of a process that may not be looked at', () => {
  const shell = { get: (name: string) => ({ ...proxy, ...root })[name], all: () => ({}) };
  expect(compareWays({ pid: 8, shell, origins: far }, folder.path)).toEqual([]);
});
