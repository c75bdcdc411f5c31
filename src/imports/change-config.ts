/** A value of our own config changed where it stands: one writer at a time, over what the file holds at that moment. */

import { describeFileFault } from '../config/files/file-fault.ts';
import { holdLockFile, type IsHeld } from '../credentials/stored/lock-file.ts';
import { ConfigError } from '../errors.ts';
import type { Host } from '../host.ts';
import { type ConfigChange, hasChanged, isUnchanged, readConfigBefore, writeConfig } from './write-config.ts';

/** The change itself takes no time: it is made between one read and one write. */
const leaseMs = 3000;
const waitMs = 15_000;

/** An editor does not save as often as this while one value is set. */
const mostReads = 10;

/**
 * Changes the file under a lock that all processes see. `change` is given its text, undefined where there is none, and is
 * called again when somebody without the lock saved meanwhile. Throws `credentials-locked` after 15 s, a `ConfigError`
 * for a file that cannot be read or written, and whatever `change` throws: then nothing is written.
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

/** Puts a changed config in its place; returns the path of the backup. Throws when the file is no longer what was read. */
export type ReplaceConfig = (change: ConfigChange) => string | undefined;

/**
 * Runs what reads the config and replaces it while no other process does: under the lock of `changeConfig`. Throws
 * `credentials-locked` after 15 s, a `ConfigError` for a file that cannot be written, and whatever `work` throws.
 */
export function replaceConfig<T>(host: Host, path: string, work: (replace: ReplaceConfig) => T): Promise<T> {
  return holdConfig(host, path, (isHeld) =>
    work((change) => {
      if (!isHeld()) throw hasChanged(path);
      return writeConfig(host, path, change);
    }),
  );
}

/** `isHeld` is to be asked right before the write. */
async function holdConfig<T>(host: Host, path: string, work: (isHeld: IsHeld) => T): Promise<T> {
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
