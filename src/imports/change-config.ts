/** A value of our own config changed where it stands: one writer at a time, over what the file holds at that moment. */

import { describeFileFault } from '../config/file-fault.ts';
import { holdLockFile, type IsHeld } from '../credentials/stored/lock-file.ts';
import { ConfigError } from '../errors.ts';
import type { Host } from '../host.ts';
import { hasChanged, isUnchanged, readConfigBefore } from './write-config.ts';

/** The change itself takes no time: it is made between one read and one write. */
const leaseMs = 3000;
const waitMs = 15_000;

/** An editor does not save as often as this while one value is set. */
const mostReads = 10;

/**
 * Changes the file under a lock that all processes see. `change` is given its text, undefined where there is none, and is
 * called again when somebody without the lock saved meanwhile. Throws `credentials-locked` after 15 s, a `ConfigError`
 * for a file that cannot be read or written, and whatever
 * `change` throws: then nothing is written.
 */
export async function changeConfig(
  host: Host,
  path: string,
  change: (text: string | undefined) => string,
): Promise<void> {
  await holdConfig(host, path, (isHeld) => {
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

/**
 * Runs what reads the config and writes it while no other process does: under the lock of `changeConfig`. `isHeld` is to be
 * asked right before the write. Throws `credentials-locked` after 15 s, a `ConfigError` for a file that cannot be
 * written, and whatever `work` throws.
 */
export async function holdConfig<T>(host: Host, path: string, work: (isHeld: IsHeld) => T): Promise<T> {
  const lock = { path: `${path}.lock`, leaseMs, waitMs };
  try {
    return await holdLockFile(host, lock, work);
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? cannotWrite(path, error) : error;
  }
}

function cannotWrite(path: string, error: unknown): ConfigError {
  const message = `cannot be written: ${describeFileFault(error)}`;
  const howToFix = 'let this user write to the file and to its folder';
  return new ConfigError('config-invalid', [{ path, key: '(file)', message, howToFix }]);
}
