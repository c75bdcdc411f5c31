/** The store that lives as long as the process: the trial's, the tests', and what is left when no file can be used. */

import type { Mark, Scope } from '../model/failure.ts';
import type { RequestRecord } from '../model/record.ts';
import type { HealthSnapshot, Proven, Store } from './store.ts';

/** Records kept; older ones fall out. */
const recordLimit = 1000;

export class MemoryStore implements Store {
  readonly #marks = new Map<string, Mark>();
  readonly #proven = new Map<string, Proven>();
  readonly #probes = new Map<string, { owner: string; expiresAt: number }>();
  #records: RequestRecord[] = [];

  async readHealth(): Promise<HealthSnapshot> {
    return { marks: [...this.#marks.values()], proven: [...this.#proven.values()] };
  }

  async putMark(mark: Mark): Promise<void> {
    this.#marks.set(mark.key, mark);
  }

  async removeMark(key: string, leasedAt: number): Promise<boolean> {
    const mark = this.#marks.get(key);
    if (mark === undefined || mark.since > leasedAt) return false;
    return this.#marks.delete(key);
  }

  async clearMarks(pattern: Scope): Promise<readonly Mark[]> {
    const cleared = [...this.#marks.values()].filter((mark) => isInside(mark.scope, pattern));
    for (const mark of cleared) this.#marks.delete(mark.key);
    return cleared;
  }

  async putProven(proven: Proven): Promise<void> {
    const key = `${proven.origin} ${proven.fingerprint}`;
    if ((this.#proven.get(key)?.at ?? 0) <= proven.at) this.#proven.set(key, proven);
  }

  async claimProbe(key: string, owner: string, lease: { now: number; expiresAt: number }): Promise<boolean> {
    const held = this.#probes.get(key);
    if (held !== undefined && held.owner !== owner && held.expiresAt > lease.now) return false;
    this.#probes.set(key, { owner, expiresAt: lease.expiresAt });
    return true;
  }

  async releaseProbe(key: string, owner: string): Promise<void> {
    if (this.#probes.get(key)?.owner === owner) this.#probes.delete(key);
  }

  async appendRecords(records: readonly RequestRecord[]): Promise<void> {
    this.#records = [...this.#records, ...records].slice(-recordLimit);
  }

  async readRecords(limit: number): Promise<readonly RequestRecord[]> {
    return this.#records.slice(-limit);
  }

  async close(): Promise<void> {
    // nothing outside the process to let go of
  }
}

function isInside(scope: Scope, pattern: Scope): boolean {
  const fields = ['origin', 'account', 'fingerprint', 'model'] as const;
  return fields.every((field) => pattern[field] === undefined || pattern[field] === scope[field]);
}
