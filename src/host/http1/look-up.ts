/**
 * Finds the addresses of a host (step 3 of a request). Where this process has no descriptor left the system's resolver says
 * that there is no such name, which would be the provider's fault: it is asked what is true.
 */

import { lookup } from 'node:dns';
import { closeSync, openSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { devNull } from 'node:os';
import { findShortage } from '../../errors.ts';

export const lookUp: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, options, (error, address, family) => {
    callback(error === null ? null : (findOwnFault() ?? error), address, family);
  });
};

/** The system's own words for it, when not even this can be opened. */
function findOwnFault(): Error | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return error instanceof Error && findShortage(error) !== undefined ? error : undefined;
  }
}
