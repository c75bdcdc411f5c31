/**
 * Replaces a config file: it keeps a backup of the old text, and refuses if the file changed
 * meanwhile.
 */

import { AccessError, ConfigError, codeOf } from '../errors.ts';
import { describeFileFault, fixFileFault } from '../host/file-fault.ts';
import type { Files, Host } from '../host.ts';
import type { Fix } from '../model/fix.ts';

/** The config file as it was read. */
export interface ConfigBefore {
  readonly text: string;
  /** The file has changed if its stamp is not this any more. */
  readonly identity: string;
  readonly mode: number;
}

/** The new text for a file that was read before; without `before` there was no file. */
export interface ConfigChange {
  readonly before?: ConfigBefore | undefined;
  readonly after: string;
  /** Default: the file's present mode; 0600 for a new file. */
  readonly mode?: number;
}

/**
 * Returns the config file, or undefined if there is none. Throws if it could not be written back.
 */
export function readConfigBefore({ files }: Host, path: string): ConfigBefore | undefined {
  return readBefore(files, path, (message, fix) => {
    throw new ConfigError('config-invalid', [{ path, key: '(file)', message, fix }]);
  });
}

/**
 * Returns a file that is about to be changed, or undefined if there is none. `refuse` makes the
 * error if it cannot be changed.
 */
export function readBefore(
  files: Files,
  path: string,
  refuse: (reason: string, fix: Fix) => never,
): ConfigBefore | undefined {
  try {
    const stamp = files.stamp(path);
    if (stamp === undefined) return undefined;
    return { text: files.readExactText(path), identity: stamp.identity, mode: stamp.mode };
  } catch (error) {
    return refuse(
      `${describeFileFault(error)}; nothing is written`,
      codeOf(error) === undefined
        ? { text: 'put a file in UTF-8 there' }
        : fixFileFault(error, path),
    );
  }
}

/**
 * Writes the whole file; returns the path of the backup. Throws if the file has changed since it
 * was read.
 */
export function writeConfig(host: Host, path: string, change: ConfigChange): string | undefined {
  const { before, after, mode = before?.mode } = change;
  if (!isUnchanged(host, path, before)) throw hasChanged(path);
  const backup = before === undefined ? undefined : keepBackup(host, path, before.text);
  host.files.writeAtomic(path, after, mode);
  return backup;
}

/** True if the file is still as it was read, or still absent. */
export function isUnchanged(host: Host, path: string, before: ConfigBefore | undefined): boolean {
  return host.files.stamp(path)?.identity === before?.identity;
}

export function hasChanged(path: string): AccessError {
  return new AccessError(
    'local-fault',
    `${path} has changed since it was read; nothing is written`,
    {
      fix: 'run the command again',
    },
  );
}

/** An older backup is never overwritten. */
function keepBackup(host: Host, path: string, text: string): string {
  let [name, count] = [`${path}.bak`, 1];
  while (!host.files.createExclusive(name, text)) {
    count += 1;
    name = `${path}.bak-${count}`;
  }
  return name;
}
