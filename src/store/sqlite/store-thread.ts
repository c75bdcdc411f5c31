/**
 * The store's thread: owns the connection to the state file and runs one operation at a time.
 * Started by `threaded.ts`.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { replyTo } from '../../host/askers.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { perform } from './asked.ts';
import { parseMessage, type StoreQuestion, type ThreadData } from './messages.ts';
import { createOperations } from './operations.ts';
import { StateFile } from './state-file.ts';

const { path, isStale } = parseMessage<ThreadData>(workerData);
const operations = createOperations(new StateFile({ files: createNodeFiles(), path, isStale }));

parentPort?.on('message', async (message) => {
  const { id, name, parameters } = parseMessage<StoreQuestion>(message);
  parentPort?.postMessage(await replyTo(id, () => perform(operations, name, parameters)));
});
