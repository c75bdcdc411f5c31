/**
 * A lock across processes: a file that only one of them can create. It names its owner and its end,
 * so that another process can take over after a crash. Writers of stored data use it; the path of a
 * request does not.
 */

import { CredentialError } from '../../errors.ts';
import type { Host } from '../../host.ts';

export type LockHost = Pick<Host, 'clock' | 'files' | 'randomToken' | 'processId'>;

export interface LockFile {
  readonly path: string;
  /**
   * The work must end within this time; after that another process may take the lock. At most 10
   * min.
   */
  readonly lockMs: number;
  /** Waits at most this long for another owner's lock. */
  readonly waitMs: number;
}

/** Says whether we still own the lock: call it right before writing what the lock protects. */
export type IsHeld = () => boolean;

const pollMs = 25;
/** A lock file without a readable end is a leftover of its creation after this time. */
const unreadableMs = 10_000;
/** A lock that ends later was made before the clock was set back. */
const maxLockMs = 10 * 60_000;

/**
 * Runs the work while no other process holds the same lock. Throws `credentials-locked`, with owner
 * and path, if another one holds it for longer than `waitMs`.
 */
export async function holdLockFile<T>(
  host: LockHost,
  lock: LockFile,
  work: (isHeld: IsHeld) => T | Promise<T>,
): Promise<T> {
  const token = await takeLock(host, lock);
  const isHeld: IsHeld = () => readOwner(host, lock.path)?.token === token;
  try {
    return await work(isHeld);
  } finally {
    if (isHeld()) host.files.remove(lock.path);
  }
}

async function takeLock(host: LockHost, { path, lockMs, waitMs }: LockFile): Promise<string> {
  const token = host.randomToken(9);
  const deadline = host.clock.monotonic() + waitMs;
  for (;;) {
    const owner: Owner = { process: host.processId, token, expiresAt: host.clock.now() + lockMs };
    if (host.files.createExclusive(path, JSON.stringify(owner))) return token;
    if (removeIfStale(host, path)) continue;
    if (host.clock.monotonic() >= deadline) throw lockIsHeld(host, path);
    await host.clock.sleep(pollMs);
  }
}

/**
 * Removes a stale lock. Only one process at a time may do it: a second one could remove the new
 * lock of the first.
 */
function removeIfStale(host: LockHost, path: string): boolean {
  if (!isStale(host, path)) return false;
  const judging = `${path}.stale`;
  if (!host.files.createExclusive(judging, '')) {
    if (isOlderThan(host, judging, unreadableMs)) host.files.remove(judging);
    return false;
  }
  try {
    const isStill = isStale(host, path);
    if (isStill) host.files.remove(path);
    return isStill;
  } finally {
    host.files.remove(judging);
  }
}

function isStale(host: LockHost, path: string): boolean {
  const owner = readOwner(host, path);
  if (owner === undefined) return isOlderThan(host, path, unreadableMs);
  const leftMs = owner.expiresAt - host.clock.now();
  return leftMs <= 0 || leftMs > maxLockMs;
}

function isOlderThan(host: LockHost, path: string, ms: number): boolean {
  const stamp = host.files.stamp(path);
  return stamp !== undefined && Math.abs(host.clock.now() - stamp.modifiedAt) > ms;
}

interface Owner {
  readonly process: number;
  readonly token: string;
  readonly expiresAt: number;
}

/** Returns undefined if there is no lock, or one that is being created. */
function readOwner(host: LockHost, path: string): Owner | undefined {
  try {
    return parseOwner(JSON.parse(host.files.readText(path)));
  } catch {
    return undefined; // gone since, or half written: its age decides
  }
}

function parseOwner(value: unknown): Owner | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { process, token, expiresAt } = value as Record<string, unknown>;
  if (typeof process !== 'number' || typeof token !== 'string' || typeof expiresAt !== 'number')
    return undefined;
  return { process, token, expiresAt };
}

function lockIsHeld(host: LockHost, path: string): CredentialError {
  const owner = readOwner(host, path);
  const who = owner === undefined ? 'another process' : `process ${owner.process}`;
  return new CredentialError('credentials-locked', `${who} holds the lock ${path}`, {
    fix: `wait for it, or remove ${path} if that process is gone`,
  });
}
