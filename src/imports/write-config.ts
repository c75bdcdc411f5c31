/**
 * A changed config put in its place: the old text is kept beside it, and a file that changed
 * meanwhile is left alone.
 */

import { describeFileFault } from '../config/files/file-fault.ts';
import { AccessError, ConfigError } from '../errors.ts';
import type { Files, Host } from '../host.ts';

/** The config file as it was read. */
export interface ConfigBefore {
  readonly text: string;
  /** Its stamp then. */
  readonly identity: string;
  readonly mode: number;
}

/** What is to stand there in place of what was read; without `before` there was no file. */
export interface ConfigChange {
  readonly before?: ConfigBefore | undefined;
  readonly after: string;
  /** Default: what the file has; of a new one, 0600. */
  readonly mode?: number;
}

/**
 * The config file as it is; undefined where there is none. Throws for one that could not be written
 * back as it is.
 */
export function readConfigBefore({ files }: Host, path: string): ConfigBefore | undefined {
  return readBefore(files, path, (message, howToFix) => {
    throw new ConfigError('config-invalid', [{ path, key: '(file)', message, howToFix }]);
  });
}

/**
 * A file as it is, for one that will be written; undefined where there is none. `refuse` says what
 * is wrong with it, in an error of its own.
 */
export function readBefore(
  files: Files,
  path: string,
  refuse: (reason: string, howToFix: string) => never,
): ConfigBefore | undefined {
  try {
    const stamp = files.stamp(path);
    if (stamp === undefined) return undefined;
    return { text: files.readExactText(path), identity: stamp.identity, mode: stamp.mode };
  } catch (error) {
    return refuse(
      `${describeFileFault(error)}; nothing is written`,
      'put a file in UTF-8 there that this user can read',
    );
  }
}

/**
 * Writes the file whole; returns the path of the backup. Throws when the file is no longer what was
 * read.
 */
export function writeConfig(host: Host, path: string, change: ConfigChange): string | undefined {
  const { before, after, mode = before?.mode } = change;
  if (!isUnchanged(host, path, before)) throw hasChanged(path);
  const backup = before === undefined ? undefined : keepBackup(host, path, before.text);
  host.files.writeAtomic(path, after, mode);
  return backup;
}

/** Whether the file is still what was read, or still not there. */
export function isUnchanged(host: Host, path: string, before: ConfigBefore | undefined): boolean {
  return host.files.stamp(path)?.identity === before?.identity;
}

export function hasChanged(path: string): AccessError {
  return new AccessError(
    'local-fault',
    `${path} has changed since it was read; nothing is written`,
    {
      howToFix: 'run the command again',
    },
  );
}

/** An older backup is never written over. */
function keepBackup(host: Host, path: string, text: string): string {
  let [name, count] = [`${path}.bak`, 1];
  while (!host.files.createExclusive(name, text)) {
    count += 1;
    name = `${path}.bak-${count}`;
  }
  return name;
}
