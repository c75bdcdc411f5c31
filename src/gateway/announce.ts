/**
 * Tells the programs of this home which gateway serves it, and where: by the run file, for as long
 * as it listens (before step 0 of any request).
 */

import { hashKey } from './caller-keys.ts';
import type { GatewayOptions } from './gateway.ts';
import {
  type Announcement,
  isFromFile,
  type RunFacts,
  unannounced,
  writeRunFile,
} from './run-file.ts';

/** Does nothing for a gateway without a run file. */
export function announce(
  { runtime, runFile, beside, killed, key, socket }: GatewayOptions,
  facts: Pick<RunFacts, 'url' | 'startedAt' | 'token' | 'workers'>,
): Announcement {
  if (runFile === undefined) return unannounced;
  return writeRunFile(runtime.host, runFile, {
    ...facts,
    pid: runtime.host.processId,
    keyHash: hashKey(key),
    isHeld: socket !== undefined,
    isAsConfigured: isFromFile(runtime.config().gateway),
    beside,
    killed,
  });
}
