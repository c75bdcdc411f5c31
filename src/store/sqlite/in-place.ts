/**
 * Runs the state file in the calling thread, for short commands. A try for a locked file blocks for
 * 20 ms at most.
 */

import type { Files, Host } from '../../host.ts';
import { perform } from './asked.ts';
import { inMemory } from './database.ts';
import { createOperations } from './operations.ts';
import { type Channel, SqliteStore } from './sqlite-store.ts';
import { StateFile } from './state-file.ts';

/** Opens the file on first use. Without a path everything stays in memory and is lost on close. */
export function createInPlaceChannel(files: Files, path: string = inMemory): Channel {
  const operations = createOperations(new StateFile({ files, path }));
  return {
    isShared: path !== inMemory,
    // An exception in here rejects the promise.
    ask: (name, parameters) =>
      new Promise((resolve) => resolve(perform(operations, name, parameters))),
  };
}

export function createInPlaceStore(
  host: Pick<Host, 'clock' | 'random' | 'files'>,
  path: string,
): SqliteStore {
  return new SqliteStore(host, createInPlaceChannel(host.files, path));
}
