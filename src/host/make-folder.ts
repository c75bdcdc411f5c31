/** Makes a folder and those above it, as every file of ours needs before it is written. */

import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../errors.ts';

/**
 * Does what `mkdirSync(folder, { recursive: true })` should do. Node's own call never returns where
 * a system answers ENOENT for a new folder in one that exists: below `/proc`, on a mount that makes
 * its folders itself (autofs), in a working folder that was removed. The promise of it spins on a
 * thread of the pool, and four of them stop every read of a file. Seen with Node 22 and 24.
 *
 * @throws What the system says of the first folder that cannot be made.
 */
export function makeFolder(folder: string): void {
  try {
    make(folder);
  } catch (error) {
    const parent = dirname(folder);
    const isThere = lstatSync(parent, { throwIfNoEntry: false }) !== undefined;
    if (codeOf(error) !== 'ENOENT' || isThere) throw error;
    makeFolder(parent);
    make(folder);
  }
}

/** Another process may make it at the same time. */
function make(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
