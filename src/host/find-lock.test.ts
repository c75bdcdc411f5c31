import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findLockHolder } from './find-lock.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-lock-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const state = join(root, 'state.db');
const index = `${state}-shm`;
for (const path of [state, index, join(root, 'other')]) writeFileSync(path, '');

interface Process {
  readonly cmdline: string;
  readonly open: string;
  /** Default: it runs. */
  readonly state?: string;
}

let made = 0;
function stage(locks: string, processes: Readonly<Record<string, Process>>): string {
  const proc = join(root, `proc${made++}`);
  mkdirSync(proc);
  writeFileSync(join(proc, 'locks'), locks);
  for (const [pid, { cmdline, open, state: stat = 'S' }] of Object.entries(processes)) {
    mkdirSync(join(proc, pid, 'fd'), { recursive: true });
    symlinkSync(open, join(proc, pid, 'fd', '3'));
    symlinkSync('/usr/bin/python3', join(proc, pid, 'exe'));
    writeFileSync(join(proc, pid, 'cmdline'), cmdline);
    writeFileSync(join(proc, pid, 'stat'), `${pid} (node) ${stat} 1`);
    writeFileSync(join(proc, pid, 'limits'), '');
  }
  return proc;
}

const lock = (pid: number | string, path: string, way = 'POSIX  ADVISORY  WRITE'): string =>
  `1: ${way} ${pid} 00:2f:${statSync(path).ino} 120 120\n`;
const python = { cmdline: 'python3\0-c\0x\0', open: index };

it.each([
  ['the file', lock(77, state), { 77: { ...python, open: state } }],
  ['the index of its log', lock(77, index), { 77: python }],
  [
    'it, beside a gateway',
    lock(5, index) + lock(77, index),
    {
      5: { cmdline: 'node\0/x/bin/holdfast.js\0serve\0', open: index },
      77: python,
    },
  ],
])('names who has locked %s', (_what, locks, processes) => {
  expect(findLockHolder(state, stage(locks, processes))).toEqual({ pid: 77, program: 'python3' });
});

it('names a Holdfast that a signal has stopped: it keeps the lock', () => {
  const stopped = { cmdline: 'node\0/x/bin/holdfast.js\0serve\0', open: index, state: 'T' };
  const proc = stage(lock(5, index), { 5: stopped });
  expect(findLockHolder(state, proc)?.pid).toBe(5);
});

it.each([
  ['nobody', '', {}],
  ['a reader', lock(77, index, 'POSIX  ADVISORY  READ '), { 77: python }],
  ['who waits', lock(77, index, '-> POSIX  ADVISORY  WRITE'), { 77: python }],
  ['this process', lock(process.pid, index), { [process.pid]: python }],
  ['a Holdfast', lock(77, index), { 77: { ...python, cmdline: 'node\0/usr/bin/holdfast\0' } }],
  [
    'who has a file of that number on another disk',
    lock(77, index),
    {
      77: { ...python, open: '/elsewhere' },
    },
  ],
  ['who locks another file', lock(77, join(root, 'other')), { 77: python }],
])('never names %s', (_who, locks, processes) => {
  expect(findLockHolder(state, stage(locks, processes))).toBeUndefined();
});
