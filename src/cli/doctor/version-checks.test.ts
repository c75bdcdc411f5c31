import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../../test/contracts/folder.ts';
import { describeVersion } from '../../host/describe-version.ts';
import { compareVersions } from './version-checks.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

function install(pid: number, script: string): void {
  const path = join(folder.path, script);
  writeFileSync(path, '');
  mkdirSync(join(folder.path, `${pid}`));
  writeFileSync(join(folder.path, `${pid}`, 'cmdline'), `node\0${path}\0serve\0`);
}

const from = { text: 'the gateway', pid: 1 };

it.each<[string, readonly string[], RegExp, RegExp]>([
  ['was replaced below it', ['a.js', 'a.js'], /^it runs what was installed/, /^end it, and start/],
  ['is of another installation', ['a.js', 'b.js'], /started from .*a\.js, .*b\.js$/, /type -a/],
  ['cannot be seen', [], /^it runs what was installed/, /^end it, and start/],
])('another version is told with the line that ends it: it %s', (_what, scripts, said, fix) => {
  for (const [at, script] of scripts.entries()) install(at === 0 ? 1 : process.pid, script);
  const [told] = compareVersions('0.0.1', from, folder.path);
  expect(told?.what).toBe(`the gateway is holdfast 0.0.1, and this is ${describeVersion()}`);
  expect(told?.evidence[0]).toMatch(said);
  expect(told?.fix?.text).toMatch(fix);
  expect(told?.fix?.command).toBe('kill 1');
});

it('the same version is no trouble, and of a gateway elsewhere nobody is ended', () => {
  expect(compareVersions(describeVersion(), from, folder.path)).toEqual([]);
  const [told] = compareVersions('0.0.1', { text: 'the gateway at x' }, folder.path);
  expect(told?.fix).toBeUndefined();
});
