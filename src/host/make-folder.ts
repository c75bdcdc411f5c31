/** Makes a folder and those above it, as every file of ours needs before it is written. */

import { lstatSync, mkdirSync, readlinkSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../errors.ts';

/**
 * Does what `mkdirSync(folder, { recursive: true })` should do. Node's own call never returns where
 * a system answers ENOENT for a new folder in one that exists: below `/proc`, on a mount that makes
 * its folders itself (autofs), in a working folder that was removed. The promise of it spins on a
 * thread of the pool, and four of them stop every read of a file. Seen with Node 22 and 24.
 *
 * @throws What the system says of the first folder that cannot be made; `ENOFOLDER` where it says
 * ENOENT of a new folder, `ENOLINK` for a link that leads to nothing.
 */
export function makeFolder(folder: string): void {
  try {
    make(folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const parent = dirname(folder);
    if (lstatSync(parent, { throwIfNoEntry: false }) !== undefined)
      throw findDeadLink(parent) ?? createFault('ENOFOLDER', `no folder can be made in ${parent}`);
    makeFolder(parent);
    make(folder);
  }
}

/** Another process may make it at the same time. */
function make(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
    throw findDeadLink(folder) ?? error;
  }
}

/** A fault that says where a link leads; undefined if it is none, or leads somewhere. */
function findDeadLink(folder: string): Error | undefined {
  const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink || statSync(folder, { throwIfNoEntry: false }) !== undefined) return undefined;
  const place = readlinkSync(folder);
  return createFault('ENOLINK', `its folder ${folder} is a link to ${place}, which is not there`);
}

/** A fault of the system for which it has no code, or none that says enough. */
export function createFault(code: string, message = code): Error {
  return Object.assign(new Error(message), { code, syscall: 'mkdir' });
}
