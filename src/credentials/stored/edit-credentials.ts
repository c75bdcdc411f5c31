/**
 * The one writer of `credentials.json`: it reads, changes and replaces the whole file under a lock
 * that all processes share. It preserves fields that it does not know, and leaves a file alone that
 * it cannot read. Stored keys and tokens of logins use it.
 */

import { type CredentialsFormat, parseCredentials } from '../../config/files/credentials-file.ts';
import { CredentialError } from '../../errors.ts';
import { describeFileFault, fixFileFault } from '../../host/file-fault.ts';
import { holdLockFile, type LockHost } from './lock-file.ts';

export interface CredentialsPlace {
  readonly host: LockHost;
  readonly path: string;
}

/** The change itself takes no time, between one read and one write. */
const lockMs = 3000;
const waitMs = 15_000;

/**
 * Changes the file. `change` is called once, under the lock, with the current content, and modifies
 * it; nothing is written if it modifies nothing. Throws `credentials-unusable` if the file cannot
 * be read or written, `credentials-locked` after 15 s, and whatever `change` throws: then nothing
 * is written.
 */
export async function editCredentials<T>(
  { host, path }: CredentialsPlace,
  change: (whole: CredentialsFormat) => T,
): Promise<T> {
  const lock = { path: `${path}.lock`, lockMs, waitMs };
  return withNamedFaults(path, () =>
    holdLockFile(host, lock, (isHeld) => {
      const whole = readCredentials(host, path);
      const before = toFileText(whole);
      const result = change(whole);
      if (toFileText(whole) === before) return result;
      if (!isHeld())
        throw new CredentialError('credentials-locked', `the lock ${lock.path} was taken over`);
      host.files.writeAtomic(path, toFileText(whole));
      return result;
    }),
  );
}

/**
 * Returns the current content. Throws `credentials-unusable`, and never takes a broken file for an
 * empty one.
 */
export function readCredentials({ files }: LockHost, path: string): CredentialsFormat {
  const text = readStoredText(files, path);
  if (text === undefined) return { version: 1, keys: [], logins: [] };
  const parsed = parseCredentials(text);
  if (parsed.isValid) return parsed.whole;
  throw new CredentialError('credentials-unusable', `${path} ${parsed.problem}`, {
    fix: 'correct it, or put a good copy in its place; it is not overwritten',
  });
}

function toFileText(whole: CredentialsFormat): string {
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

function readStoredText(files: LockHost['files'], path: string): string | undefined {
  try {
    return files.stamp(path) === undefined ? undefined : files.readText(path);
  } catch (error) {
    throw error instanceof Error ? createFileFault(path, 'cannot be read', error) : error;
  }
}

/** Names the file in an error of disk or permissions, so that no key is blamed for it. */
async function withNamedFaults<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error && 'syscall' in error
      ? createFileFault(path, 'cannot be changed', error)
      : error;
  }
}

function createFileFault(path: string, what: string, cause: Error): CredentialError {
  const message = `${path} ${what}: ${describeFileFault(cause)}`;
  const fix = fixFileFault(cause, path);
  return new CredentialError('credentials-unusable', message, { cause, fix });
}
