/**
 * The state file in this very thread: for commands that end soon. A try for a locked file blocks
 * for 20 ms at most.
 */

import type { Files, Host } from '../../host.ts';
import { perform } from './asked.ts';
import { inMemory } from './database.ts';
import { createOperations } from './operations.ts';
import { type Channel, SqliteStore } from './sqlite-store.ts';
import { StateFile } from './state-file.ts';

/**
 * Opens nothing until something is asked for. Without a path nothing is written to disk, and all is
 * forgotten when it is closed.
 */
export function createInPlaceChannel(files: Files, path: string = inMemory): Channel {
  const operations = createOperations(new StateFile({ files, path }));
  return {
    isShared: path !== inMemory,
    // What is thrown in here rejects the promise.
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
