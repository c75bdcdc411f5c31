/**
 * The engine's store: the state file while it works, and memory from the moment it does not.
 * Promises to other processes are then refused. The broken file is left as it is.
 */

import { StoreError, type StoreFault } from '../errors.ts';
import type { Channel } from './sqlite/sqlite-store.ts';

/** Faults that another try will not fix. */
const finalFaults: ReadonlySet<StoreFault> = new Set<StoreFault>([
  'store-corrupt',
  'store-unreadable',
  'store-newer',
]);

/** `onBroken` is called once, when memory takes over. */
export function createUnfailingChannel(
  file: Channel,
  memory: Channel,
  onBroken: (fault: StoreError) => void,
): Channel {
  let fault: StoreError | undefined;
  const noteFinal = (error: unknown): void => {
    if (!(error instanceof StoreError) || !finalFaults.has(error.code)) throw error;
    if (fault !== undefined) return;
    fault = error;
    onBroken(error);
    // the file is broken, so there is nothing to close properly
    file.ask('close', []).catch(() => undefined);
  };
  // Memory cannot fulfil promises to other processes.
  const goOn: Channel['ask'] = (name, parameters) =>
    name === 'resetMarks' ? Promise.reject(fault) : memory.ask(name, parameters);
  return {
    get isShared() {
      return fault === undefined && file.isShared;
    },
    ask: (name, parameters) => {
      if (fault !== undefined) return goOn(name, parameters);
      return file.ask(name, parameters).catch((error: unknown) => {
        noteFinal(error);
        return goOn(name, parameters);
      });
    },
  };
}
