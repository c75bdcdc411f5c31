/**
 * The one writer of `credentials.json`: reads, changes and replaces it whole under a lock that all
 * processes see. What it does not know it keeps; what it cannot read it does not touch. Serves the
 * keys that were handed to us and the tokens of logins.
 */

import { type CredentialsFormat, parseCredentials } from '../../config/files/credentials-file.ts';
import { CredentialError } from '../../errors.ts';
import { holdLockFile, type LockHost } from './lock-file.ts';

export interface CredentialsPlace {
  readonly host: LockHost;
  /** Absolute path of `credentials.json`. */
  readonly path: string;
}

/** The change itself takes no time: it is made between one read and one write. */
const lockMs = 3000;
const waitMs = 15_000;

/**
 * Changes the file. `change` is called once, under the lock, with what the file holds now, and
 * changes that; where it changes nothing, nothing is written. Throws `credentials-unusable` when it
 * cannot be read or written, `credentials-locked` after 15 s, and whatever `change` throws: then
 * nothing is written.
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
 * What the file holds now. Throws `credentials-unusable`, and never takes a broken file for an
 * empty one.
 */
export function readCredentials({ files }: LockHost, path: string): CredentialsFormat {
  const text = readStoredText(files, path);
  if (text === undefined) return { version: 1, keys: [], logins: [] };
  const parsed = parseCredentials(text);
  if (parsed.isValid) return parsed.whole;
  throw new CredentialError('credentials-unusable', `${path} ${parsed.problem}`, {
    howToFix: 'mend it, or put a good copy in its place; it is not overwritten',
  });
}

function toFileText(whole: CredentialsFormat): string {
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

function readStoredText(files: LockHost['files'], path: string): string | undefined {
  try {
    return files.stamp(path) === undefined ? undefined : files.readText(path);
  } catch (error) {
    throw error instanceof Error ? createFileFault(`${path} cannot be read`, error) : error;
  }
}

/** Names the file in an error of the disk or of permissions, so that no key is blamed for it. */
async function withNamedFaults<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error && 'syscall' in error
      ? createFileFault(`${path} cannot be changed`, error)
      : error;
  }
}

function createFileFault(what: string, cause: Error): CredentialError {
  return new CredentialError('credentials-unusable', `${what}: ${cause.message}`, { cause });
}
