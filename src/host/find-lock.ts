/**
 * Finds which other program has locked a database of ours, for people who must end it. Linux alone
 * says so in files; elsewhere the holder stays unknown.
 */

import { realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { linkOr, listOr, nameProgram, readOr } from './find-listener.ts';
import { explainStop } from './process-state.ts';

export interface LockHolder {
  readonly pid: number;
  readonly program: string;
}

/**
 * Undefined if nobody is seen. SQLite locks the file itself, or the index of its write-ahead log
 * beside it: https://www.sqlite.org/wal.html. A Holdfast needs a lock for milliseconds and is not
 * named, so that nobody ends the gateway; one that is stopped keeps it, and is. `proc` is where
 * Linux keeps what it knows.
 */
export function findLockHolder(path: string, proc = '/proc'): LockHolder | undefined {
  const files = new Map([path, `${path}-shm`].flatMap(identify));
  const pids = listWriters(readOr(`${proc}/locks`)).flatMap(({ pid, inode }) => {
    const file = files.get(inode);
    return file !== undefined && hasOpen(`${proc}/${pid}/fd`, file) ? [pid] : [];
  });
  const isToBlame = (one: string): boolean =>
    !isHoldfast(`${proc}/${one}`) || explainStop(Number(one), proc) !== undefined;
  const pid = pids.find(isToBlame);
  return pid === undefined
    ? undefined
    : { pid: Number(pid), program: nameProgram(`${proc}/${pid}`) };
}

function identify(path: string): readonly (readonly [inode: string, path: string])[] {
  try {
    return [[String(statSync(path).ino), realpathSync(path)]];
  } catch {
    return []; // it is not there, or this user may not look
  }
}

/** A line such as `1: POSIX  ADVISORY  WRITE 19977 00:2f:1234 120 120`; who waits has an arrow. */
function listWriters(locks: string): readonly { readonly pid: string; readonly inode: string }[] {
  const lines = locks.matchAll(/^\d+: [A-Z]+ +[A-Z]+ +WRITE (\d+) \w+:\w+:(\d+) /gm);
  return [...lines].map(([, pid = '', inode = '']) => ({ pid, inode }));
}

/** Other disks have files of the same number. */
function hasOpen(folder: string, file: string): boolean {
  return listOr(folder).some((fd) => linkOr(`${folder}/${fd}`) === file);
}

function isHoldfast(folder: string): boolean {
  if (basename(folder) === String(process.pid)) return true;
  const words = readOr(`${folder}/cmdline`).split('\0').slice(0, 3);
  return words.some((word) => /^holdfast(\.js)?$/.test(basename(word)));
}
