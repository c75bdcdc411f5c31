/** What is printed starts what runs: each way to install, and each way to be misled. */

import { describe, expect, it } from 'vitest';
import { listProgramWords, type Start } from './program-words.ts';

const checkout = '/src/holdfast/bin/holdfast.js';
const global = '/usr/local/lib/node_modules/holdfast/bin/holdfast.js';
const local = '/app/node_modules/holdfast/bin/holdfast.js';
const fetched = '/h/.npm/_npx/3f/node_modules/holdfast/bin/holdfast.js';
const pnpm = '/h/pnpm/global/5/node_modules/holdfast/bin/holdfast.js';
const pnpmScript =
  '#!/bin/sh\nexec node "$basedir/global/5/node_modules/holdfast/bin/holdfast.js" "$@"\n';

/** Paths on this machine: the file behind each, and its text. */
type Disk = Readonly<Record<string, string | { readonly leadsTo: string }>>;

function start(launcher: string, facts: Partial<Omit<Start, 'files'>> & { disk?: Disk }): Start {
  const disk: Disk = { '/usr/bin/node': 'node', [launcher]: 'launcher', ...facts.disk };
  const resolve = (path: string): string => {
    const found = disk[path];
    return typeof found === 'object' ? resolve(found.leadsTo) : path;
  };
  return {
    script: launcher,
    node: '/usr/bin/node',
    environment: { get: () => '/usr/local/bin:/usr/bin' },
    ...facts,
    launcher,
    files: {
      stamp: (path) => {
        const file = resolve(path);
        const text = disk[file];
        if (typeof text !== 'string') return undefined;
        return { identity: file, file, modifiedAt: 0, mode: 0o755, bytes: text.length };
      },
      readText: (path) => String(disk[resolve(path)]),
    },
  };
}

const globalLink = { '/usr/local/bin/holdfast': { leadsTo: global }, [global]: 'global' };

describe('the words that start this program', () => {
  it.each<[string, Start, readonly string[]]>([
    ['a global install', start(global, { disk: globalLink }), ['holdfast']],
    [
      'a link in another folder of the PATH',
      start(global, {
        script: '/usr/local/bin/holdfast',
        disk: globalLink,
      }),
      ['holdfast'],
    ],
    [
      'a script of pnpm',
      start(pnpm, {
        environment: { get: () => '/h/pnpm' },
        disk: { '/h/pnpm/holdfast': pnpmScript },
      }),
      ['holdfast'],
    ],
    ['a checkout', start(checkout, {}), ['/usr/bin/node', checkout]],
    [
      'a checkout beside a global install',
      start(checkout, { disk: globalLink }),
      ['/usr/bin/node', checkout],
    ],
    [
      'a checkout that is linked globally',
      start(checkout, { disk: { '/usr/local/bin/holdfast': { leadsTo: checkout } } }),
      ['holdfast'],
    ],
    [
      'a checkout with a Node of its own',
      start(checkout, { node: '/src/holdfast/node_modules/node/bin/node' }),
      ['/src/holdfast/node_modules/node/bin/node', checkout],
    ],
    [
      'a Node whose folder has its version, with a link on the PATH',
      start(checkout, {
        node: '/cellar/24/node',
        disk: { '/usr/bin/node': { leadsTo: '/cellar/24/node' }, '/cellar/24/node': 'node' },
      }),
      ['/usr/bin/node', checkout],
    ],
    ['a dependency of a project', start(local, {}), ['/usr/bin/node', local]],
    [
      'a dependency, run by npx, which puts its folder first',
      start(local, {
        environment: { get: () => '/app/node_modules/.bin:/usr/bin' },
        disk: { '/app/node_modules/.bin/holdfast': { leadsTo: local } },
      }),
      ['/usr/bin/node', local],
    ],
    [
      'npx, by the name',
      start(fetched, {
        disk: { '/h/.npm/_npx/3f/package.json': '{"_npx": {"packages": ["holdfast@0.1.0"]}}' },
      }),
      ['npx', '--package=holdfast@0.1.0', 'holdfast'],
    ],
    [
      'npx, from a tarball',
      start(fetched, {
        disk: { '/h/.npm/_npx/3f/package.json': '{"_npx": {"packages": ["/d/holdfast.tgz"]}}' },
      }),
      ['npx', '--package=/d/holdfast.tgz', 'holdfast'],
    ],
    ['an npx that says nothing of it', start(fetched, {}), ['/usr/bin/node', fetched]],
    ['a program of its user', start(local, { script: '/app/main.js' }), ['/usr/bin/node', local]],
    ['a bundle, or the tests of this one', start(checkout, { script: '/a/main.js' }), ['holdfast']],
    ['a worker without a script', start(checkout, { script: undefined }), ['holdfast']],
  ])('of %s', (_name, started, words) => {
    expect(listProgramWords(started)).toEqual(words);
  });
});
