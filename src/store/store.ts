/**
 * What Holdfast remembers across requests and shares between processes, as an asynchronous
 * contract. Ids, fingerprints, marks and decision records; never a secret (law 2). Every
 * implementation passes test/contracts/store.ts.
 */

import type { Mark, Scope } from '../model/failure.ts';
import type { RequestRecord } from '../model/record.ts';
import type { SpendingRow } from '../model/spending.ts';
import type { UsageQuery, UsageRow } from '../model/usage.ts';

/** A fingerprint that has worked at a site (law 6). */
export interface Proven {
  /**
   * A site; or a site, a blank and a model: with this model it has worked there. In older rows the
   * origin stands for its sites.
   */
  readonly place: string;
  readonly fingerprint: string;
  /** Epoch ms of the last success known. */
  readonly at: number;
}

/**
 * A reset that was asked for: outcomes of leases from before it change nothing inside its scope
 * (law 14). Kept 10 min.
 */
export interface Tombstone {
  readonly scope: Scope;
  /** Epoch ms. */
  readonly at: number;
}

/** A mark as its reader knows it: what a claim is compared with. */
export type ReadMark = Pick<Mark, 'key' | 'since'>;

/** All of health at one moment, consistent in itself. */
export interface HealthSnapshot {
  readonly marks: readonly Mark[];
  readonly proven: readonly Proven[];
  readonly tombstones: readonly Tombstone[];
}

/**
 * An id that a provider made (a response, a conversation, a file) and the account that alone can
 * use it. Kept 30 days.
 */
export interface BoundId {
  readonly id: string;
  readonly origin: string;
  readonly account: string;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * `plain`: answered by the first who was asked, and nothing to say about it. `rescued`: answered,
 * although somebody nearer had failed or was held back. `failed`: not answered, or not to its end.
 * `other`: the caller went, or something was noted.
 */
export type RecordKind = 'plain' | 'rescued' | 'failed' | 'other';

/** Absent fields ask for all. */
export interface RecordQuery {
  readonly id?: string | undefined;
  readonly limit: number;
  /** Epoch ms. */
  readonly since?: number | undefined;
  /** Epoch ms; what is of this very moment is not meant. */
  readonly until?: number | undefined;
  readonly task?: string | undefined;
  readonly caller?: string | undefined;
  readonly kind?: RecordKind | undefined;
}

/** Time and owner are always the caller's: a store has no clock of its own. Reads never write. */
export interface Store {
  readHealth(): Promise<HealthSnapshot>;
  /**
   * Writes a mark that a lease of `leasedAt` found, unless a tombstone newer than the lease covers
   * its scope, or a mark with the same key is open at `now` (a window's end does not move while it
   * is open). Returns the mark in force afterwards: the given one, the open one, or undefined when
   * a tombstone forbade it. Rows that ended are replaced. Where there are too many, those that end
   * first are dropped (`marksLimit`).
   */
  openMark(
    mark: Mark,
    at: { readonly leasedAt: number; readonly now: number },
  ): Promise<Mark | undefined>;
  /**
   * Removes those of these marks that were not opened after `leasedAt`; returns the keys removed,
   * their probes with them.
   */
  closeMarks(keys: readonly string[], leasedAt: number): Promise<readonly string[]>;
  /**
   * Removes every mark whose scope lies inside the pattern, leaves a tombstone for the pattern, and
   * returns them.
   */
  resetMarks(pattern: Scope, now: number): Promise<readonly Mark[]>;
  /** Keeps the later time of each (place, fingerprint). */
  putProven(proven: readonly Proven[]): Promise<void>;
  /**
   * Takes the probes of all these marks for `owner`, or none; false when somebody else holds one of
   * them, or when one of the marks was opened anew since the given one was read. Until they end
   * everybody else treats what is marked as held back (law 7).
   */
  claimProbes(
    marks: readonly ReadMark[],
    owner: string,
    lease: { readonly now: number; readonly expiresAt: number },
  ): Promise<boolean>;
  releaseProbes(keys: readonly string[], owner: string): Promise<void>;
  /** Of two rows with the same id the later given one stays. */
  bindIds(rows: readonly BoundId[]): Promise<void>;
  findBoundId(id: string): Promise<BoundId | undefined>;
  /**
   * A record whose id is there already replaces it. The oldest fall out: see `recordLimit` and
   * docs/state.md. Default: kept for 30 days.
   */
  appendRecords(records: readonly RequestRecord[], keptMs?: number): Promise<void>;
  /** The latest that are asked for, newest first. */
  findRecords(query: RecordQuery): Promise<readonly RequestRecord[]>;
  /**
   * Adds to the sums of the same day, caller, task, target and purpose. Days are kept for 400 days.
   */
  addUsage(rows: readonly UsageRow[]): Promise<void>;
  /** By day, the oldest first. */
  readUsage(query: UsageQuery): Promise<readonly UsageRow[]>;
  /**
   * Adds to the sums of the same budget and window, and returns them. The latest 1,500 windows of
   * each budget are kept, and the one written last.
   */
  addSpending(rows: readonly SpendingRow[]): Promise<readonly SpendingRow[]>;
  /** All that is kept, by budget, the oldest first. */
  readSpending(): Promise<readonly SpendingRow[]>;
  /**
   * Calls back with a new snapshot within a second after another process changed health. Never for
   * changes made through this very store. Returns the way to stop listening.
   */
  subscribe(onChange: (snapshot: HealthSnapshot) => void): () => void;
  close(): Promise<void>;
}
