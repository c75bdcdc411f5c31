/** A value of our own config changed where it stands: one writer at a time, over what the file holds at that moment. */

import { holdLockFile } from '../credentials/stored/lock-file.ts';
import type { Host } from '../host.ts';
import { hasChanged, isUnchanged, readConfigBefore } from './write-config.ts';

/** The change itself takes no time: it is made between one read and one write. */
const leaseMs = 3000;
const waitMs = 15_000;

/** An editor does not save as often as this while one value is set. */
const mostReads = 10;

/**
 * Changes the file under a lock that all processes see. `change` is given its text, undefined where there is none, and is
 * called again when somebody without the lock saved meanwhile. Throws `credentials-locked` after 15 s, and whatever
 * `change` throws: then nothing is written.
 */
export async function changeConfig(
  host: Host,
  path: string,
  change: (text: string | undefined) => string,
): Promise<void> {
  await holdLockFile(host, { path: `${path}.lock`, leaseMs, waitMs }, (isHeld) => {
    for (let reads = 0; reads < mostReads && isHeld(); reads += 1) {
      const before = readConfigBefore(host, path);
      const after = change(before?.text);
      if (!isUnchanged(host, path, before)) continue;
      host.files.writeAtomic(path, after, before?.mode);
      return;
    }
    throw hasChanged(path);
  });
}
