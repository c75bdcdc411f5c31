import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../test/contracts/folder.ts';
import { explainStop, listChildren, readProcess, readVariable } from './process-state.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

it.each([
  ['7 (node (x) T ) S 1', '40', { isStopped: false, openFiles: 3, maxOpenFiles: 40 }],
  ['7 (node) T 1', '40', { isStopped: true, openFiles: 3, maxOpenFiles: 40 }],
  [
    '7 (node) S 1',
    'unlimited',
    { isStopped: false, openFiles: 3, maxOpenFiles: Number.POSITIVE_INFINITY },
  ],
])('knows whether a process is stopped, and its files: %s %s', (stat, limit, expected) => {
  const own = join(folder.path, '7');
  mkdirSync(join(own, 'fd'), { recursive: true });
  for (const fd of [0, 1, 2]) writeFileSync(join(own, 'fd', `${fd}`), '');
  writeFileSync(join(own, 'limits'), `Limit\nMax open files            ${limit}   80   files\n`);
  writeFileSync(join(own, 'stat'), stat);
  expect(readProcess(7, folder.path)).toEqual(expected);
  expect(explainStop(7, folder.path)?.fix.command).toBe(
    expected.isStopped ? 'kill -CONT 7' : undefined,
  );
});

it('reads one variable by its whole name', () => {
  mkdirSync(join(folder.path, '7'));
  writeFileSync(join(folder.path, '7', 'environ'), 'A=1\0HOLDFAST_HOME=/h=x\0HOME=/r\0');
  expect(readVariable(7, 'HOLDFAST_HOME', folder.path)).toBe('/h=x');
  expect(readVariable(7, 'OTHER', folder.path)).toBeUndefined();
});

it('knows what a process has started', () => {
  mkdirSync(join(folder.path, '7', 'task', '7'), { recursive: true });
  writeFileSync(join(folder.path, '7', 'task', '7', 'children'), '12 345 ');
  expect(listChildren(7, folder.path)).toEqual([12, 345]);
  expect(listChildren(8, folder.path)).toEqual([]);
});

it('knows nothing of a process that is not there', () => {
  expect(readProcess(7, folder.path)).toBeUndefined();
  expect(readVariable(7, 'HOME', folder.path)).toBeUndefined();
});
