/** What Holdfast remembers across requests, as an asynchronous contract. Ids, fingerprints and marks; never a secret (law 2). */

import type { Mark, Scope } from '../model/failure.ts';
import type { RequestRecord } from '../model/record.ts';

/** A fingerprint that has worked at an origin (law 6). */
export interface Proven {
  readonly origin: string;
  readonly fingerprint: string;
  /** Epoch ms of the last success known. */
  readonly at: number;
}

export interface HealthSnapshot {
  readonly marks: readonly Mark[];
  readonly proven: readonly Proven[];
}

/** Every implementation passes test/contracts/store.ts. Reads never write. */
export interface Store {
  readHealth(): Promise<HealthSnapshot>;
  /** Replaces the mark with the same key. */
  putMark(mark: Mark): Promise<void>;
  /** Removes the mark with this key unless it was opened after `leasedAt`: an outcome ends only what it has seen (law 14). */
  removeMark(key: string, leasedAt: number): Promise<boolean>;
  /** Removes every mark whose scope lies inside the pattern and returns them. */
  clearMarks(pattern: Scope): Promise<readonly Mark[]>;
  putProven(proven: Proven): Promise<void>;
  /** Takes the probe of a mark for `owner` until `expiresAt`; false when somebody else holds it. */
  claimProbe(key: string, owner: string, lease: { now: number; expiresAt: number }): Promise<boolean>;
  releaseProbe(key: string, owner: string): Promise<void>;
  appendRecords(records: readonly RequestRecord[]): Promise<void>;
  /** The latest records, oldest first. */
  readRecords(limit: number): Promise<readonly RequestRecord[]>;
  close(): Promise<void>;
}
