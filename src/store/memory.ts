/** The store that lives as long as the process: the trial's, the tests', and what is left when no file can be used. */

import type { Mark, Scope } from '../model/failure.ts';
import type { RequestRecord } from '../model/record.ts';
import { isInside, isNewerTombstone, recordLimit, tombstoneMs } from './policy.ts';
import type { HealthSnapshot, HeldLock, LockAttempt, Probe, Proven, Store, Tombstone } from './store.ts';

export class MemoryStore implements Store {
  readonly #marks = new Map<string, Mark>();
  readonly #proven = new Map<string, Proven>();
  readonly #probes = new Map<string, Probe>();
  readonly #locks = new Map<string, HeldLock>();
  #tombstones: Tombstone[] = [];
  #records: RequestRecord[] = [];
  #fence = 0;

  async readHealth(): Promise<HealthSnapshot> {
    return {
      marks: [...this.#marks.values()],
      proven: [...this.#proven.values()],
      tombstones: [...this.#tombstones],
      probes: [...this.#probes.values()],
    };
  }

  async openMark(mark: Mark, at: { leasedAt: number; now: number }): Promise<Mark | undefined> {
    if (this.#tombstones.some((tombstone) => isNewerTombstone(tombstone, mark.scope, at.leasedAt)))
      return undefined;
    const present = this.#marks.get(mark.key);
    if (present !== undefined && present.until > at.now) return present;
    this.#marks.set(mark.key, mark);
    return mark;
  }

  async closeMarks(keys: readonly string[], leasedAt: number): Promise<readonly string[]> {
    const closed = keys.filter(
      (key) => (this.#marks.get(key)?.since ?? Number.POSITIVE_INFINITY) <= leasedAt,
    );
    for (const key of closed) this.#drop(key);
    return closed;
  }

  async resetMarks(pattern: Scope, now: number): Promise<readonly Mark[]> {
    const cleared = [...this.#marks.values()].filter((mark) => isInside(mark.scope, pattern));
    for (const { key } of cleared) this.#drop(key);
    this.#tombstones = this.#tombstones.filter(({ at }) => at > now - tombstoneMs);
    this.#tombstones.push({ scope: pattern, at: now });
    return cleared;
  }

  async putProven(proven: readonly Proven[]): Promise<void> {
    for (const row of proven) {
      const key = `${row.origin} ${row.fingerprint}`;
      if ((this.#proven.get(key)?.at ?? 0) <= row.at) this.#proven.set(key, row);
    }
  }

  async forgetProven(fingerprints: readonly string[]): Promise<void> {
    for (const [key, { fingerprint }] of this.#proven)
      if (fingerprints.includes(fingerprint)) this.#proven.delete(key);
  }

  async claimProbes(
    keys: readonly string[],
    owner: string,
    lease: { now: number; expiresAt: number },
  ): Promise<boolean> {
    const isHeld = keys.some((key) => {
      const held = this.#probes.get(key);
      return held !== undefined && held.owner !== owner && held.expiresAt > lease.now;
    });
    if (isHeld) return false;
    for (const markKey of keys) this.#probes.set(markKey, { markKey, owner, expiresAt: lease.expiresAt });
    return true;
  }

  async releaseProbes(keys: readonly string[], owner: string): Promise<void> {
    for (const key of keys) if (this.#probes.get(key)?.owner === owner) this.#probes.delete(key);
  }

  async takeLock(
    name: string,
    owner: string,
    lease: { now: number; expiresAt: number },
  ): Promise<LockAttempt> {
    const held = this.#locks.get(name);
    if (held !== undefined && held.owner !== owner && held.expiresAt > lease.now)
      return { isTaken: false, heldBy: held.owner, expiresAt: held.expiresAt };
    this.#fence += 1;
    const lock = { name, owner, fence: this.#fence, expiresAt: lease.expiresAt };
    this.#locks.set(name, lock);
    return { isTaken: true, lock };
  }

  async holdsLock(lock: HeldLock): Promise<boolean> {
    return this.#locks.get(lock.name)?.fence === lock.fence;
  }

  async releaseLock(lock: HeldLock): Promise<void> {
    if (this.#locks.get(lock.name)?.fence === lock.fence) this.#locks.delete(lock.name);
  }

  async appendRecords(records: readonly RequestRecord[]): Promise<void> {
    this.#records = [...this.#records, ...records].slice(-recordLimit);
  }

  async readRecords(limit: number): Promise<readonly RequestRecord[]> {
    return this.#records.slice(-limit);
  }

  /** Nobody else can change it. */
  subscribe(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    // nothing outside the process to let go of
  }

  #drop(key: string): void {
    this.#marks.delete(key);
    this.#probes.delete(key);
  }
}
