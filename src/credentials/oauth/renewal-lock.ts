/**
 * One process at a time renews a login (law 8): a row of the shared store, or a lock file where no store is shared or it
 * cannot be asked. Both end by themselves, so that a killed process holds nobody up for longer than an exchange may take.
 */

import { CredentialError } from '../../errors.ts';
import type { HeldLock, Store } from '../../store/store.ts';
import { holdLockFile, type LockHost } from '../stored/lock-file.ts';

/** Runs the work while no other process holds the lock of this name. Throws `credentials-locked` after the wait. */
export type HoldLock = <T>(name: string, work: (isHeld: () => Promise<boolean>) => Promise<T>) => Promise<T>;

export type LockStore = Pick<Store, 'takeLock' | 'holdsLock' | 'releaseLock'>;

export interface LockParts {
  readonly host: LockHost & { random(): number };
  /** What the lock files' names begin with: the path of `credentials.json`. */
  readonly path: string;
  /** Only a store that other processes see. Default: lock files. */
  readonly store?: LockStore;
}

/** Longer than the exchange and the three writes around it may take. */
export const leaseMs = 15_000;
const waitMs = 20_000;
const pollMs = 100;

export function createRenewalLock(parts: LockParts): HoldLock {
  const { host, path, store } = parts;
  const holdFile: HoldLock = (name, work) =>
    holdLockFile(host, { path: `${path}.${name}.lock`, leaseMs, waitMs }, (isHeld) =>
      work(async () => isHeld()),
    );
  if (store === undefined) return holdFile;
  return async (name, work) => {
    const taken = await takeRow(parts, store, name);
    if (taken === 'no-store') return holdFile(name, work);
    try {
      // A store that fell silent takes nothing away: what is saved is compared with what is there (renewer.ts).
      return await work(() => store.holdsLock(taken).catch(() => true));
    } finally {
      await store.releaseLock(taken).catch(() => undefined); // it ends by itself
    }
  };
}

async function takeRow({ host }: LockParts, store: LockStore, name: string): Promise<HeldLock | 'no-store'> {
  const owner = `${host.processId}:${host.randomToken(9)}`;
  const deadline = host.clock.monotonic() + waitMs;
  for (;;) {
    const now = host.clock.now();
    const attempt = await store
      .takeLock(name, owner, { now, expiresAt: now + leaseMs })
      .catch(() => undefined);
    if (attempt === undefined) return 'no-store';
    if (attempt.isTaken) return attempt.lock;
    if (host.clock.monotonic() >= deadline) {
      const [process] = attempt.heldBy.split(':');
      throw new CredentialError('credentials-locked', `process ${process} holds the lock ${name}`);
    }
    await host.clock.sleep(pollMs * (0.5 + host.random()));
  }
}
