/** The state file in this very thread: for commands that end soon. A try for a locked file blocks for 20 ms at most. */

import type { Host } from '../../host.ts';
import { perform } from './asked.ts';
import { createOperations } from './operations.ts';
import { SqliteStore } from './sqlite-store.ts';
import { StateFile } from './state-file.ts';

/** Opens nothing until something is asked for. */
export function createInPlaceStore(
  host: Pick<Host, 'clock' | 'random' | 'files'>,
  path: string,
): SqliteStore {
  const operations = createOperations(new StateFile({ files: host.files, path }));
  return new SqliteStore(host, {
    // What is thrown in here rejects the promise.
    ask: (name, parameters) => new Promise((resolve) => resolve(perform(operations, name, parameters))),
  });
}
