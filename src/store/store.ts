/**
 * The state that Holdfast keeps across requests and shares between processes, as an asynchronous
 * contract: ids, fingerprints, marks and decision records; never a secret (law 2). Every
 * implementation passes test/contracts/store.ts.
 */

import type { LimitReading } from '../model/credential.ts';
import type { Mark, Scope } from '../model/failure.ts';
import type { RequestRecord } from '../model/record.ts';
import type { SeriesQuery, SeriesRow } from '../model/series.ts';
import type { SpendingChange, SpendingRow, SpendingSum } from '../model/spending.ts';
import type { UsageQuery, UsageRow } from '../model/usage.ts';

/** A fingerprint that has worked at a site (law 6). */
export interface Proven {
  /** Older rows have the origin, which stands for all its sites. */
  readonly site: string;
  /** The model that it has worked with there. Absent: not known which. */
  readonly model?: string | undefined;
  readonly fingerprint: string;
  /** The last known success, epoch ms. */
  readonly at: number;
}

/**
 * A reset: results of leases from before it change nothing inside its scope (law 14). Kept for a
 * day.
 */
export interface Tombstone {
  readonly scope: Scope;
  /** Epoch ms. */
  readonly at: number;
}

/** A mark as its reader saw it, for comparison in a claim. */
export type ReadMark = Pick<Mark, 'key' | 'since'>;

/** A conversation that had to leave its key, and the credential with which it stays for now. */
export interface MovedConversation {
  /** A hash: 16 hex digits. */
  readonly conversation: string;
  readonly credential: string;
  /** Epoch ms. */
  readonly until: number;
}

/**
 * Something that all members of a fleet have, sealed by whoever put it there: a store cannot read
 * it (law 2).
 */
export interface SealedRow {
  readonly name: string;
  /** A whole number above 0. */
  readonly version: number;
  readonly box: string;
}

/** `alone`: nothing was done, as was asked for a member that cannot reach the others. */
export type PutSealed = 'kept' | 'older' | 'alone';

/** Shows all of health at one moment, consistent in itself. */
export interface HealthSnapshot {
  readonly marks: readonly Mark[];
  readonly proven: readonly Proven[];
  readonly tombstones: readonly Tombstone[];
  readonly moved: readonly MovedConversation[];
  /** Limits of which little is left, or was until a moment ago. */
  readonly limits: readonly LimitReading[];
}

/**
 * An id made by a provider (a response, a conversation, a file) and the only account that can use
 * it. Kept for 30 days.
 */
export interface BoundId {
  readonly id: string;
  readonly origin: string;
  readonly account: string;
  /** The caller that made it: see `makerOf`. Absent: unknown, and anybody may use it. */
  readonly maker?: string | undefined;
  /** A file or a batch, which providers do not forget: kept for 400 days. Default: false. */
  readonly isLasting?: true | undefined;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * `plain`: the first target answered and nothing happened. `rescued`: answered after an earlier
 * target had failed or was held back. `failed`: not answered, or not to the end. `other`: the
 * caller left, or there is a note.
 */
export type RecordKind = 'plain' | 'rescued' | 'failed' | 'other';

/** An absent field matches everything. */
export interface RecordQuery {
  readonly id?: string | undefined;
  readonly limit: number;
  /** Epoch ms. */
  readonly since?: number | undefined;
  /** Excludes this moment; epoch ms. */
  readonly until?: number | undefined;
  /** The same of the moment at which it ended. */
  readonly endedSince?: number | undefined;
  readonly endedUntil?: number | undefined;
  /** The target that answered, else the last one that was asked. */
  readonly target?: string | undefined;
  readonly task?: string | undefined;
  readonly caller?: string | undefined;
  readonly session?: string | undefined;
  readonly agent?: string | undefined;
  readonly kind?: RecordKind | undefined;
}

/** The caller always supplies time and owner: a store has no clock. Reads never write. */
export interface Store {
  readHealth(): Promise<HealthSnapshot>;
  /**
   * Writes a mark found by a lease of `leasedAt`, unless a tombstone newer than the lease covers
   * its scope, or a mark with the same key is open at `now` (the end of an open window does not
   * move). Returns the mark now in force: the given one, the open one, or undefined if a tombstone
   * forbids it. Replaces ended rows, with their probes. Above `marksLimit`, marks that end first
   * are deleted.
   */
  openMark(
    mark: Mark,
    at: { readonly leasedAt: number; readonly now: number },
  ): Promise<Mark | undefined>;
  /**
   * Removes those of these marks that were not opened after `leasedAt`, with their probes; returns
   * the removed keys.
   */
  closeMarks(keys: readonly string[], leasedAt: number): Promise<readonly string[]>;
  /**
   * Removes every mark whose scope lies inside the pattern, leaves a tombstone for the pattern, and
   * returns the marks. A reset that comes late (`isLate`) spares marks opened after it.
   */
  resetMarks(pattern: Scope, now: number, isLate?: boolean): Promise<readonly Mark[]>;
  /** Keeps the later time of each (site, model, fingerprint). */
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
  /**
   * Replaces the rows of these conversations, and deletes those that have ended. Above
   * `movedLimit`, those that end first are deleted.
   */
  putMoved(rows: readonly MovedConversation[], now: number): Promise<void>;
  /**
   * Of the readings of one limit (`keyOfLimit`) keeps the latest (`isLaterReading`), and deletes
   * those that say nothing any more. Above `limitsLimit`, those that end first are deleted.
   */
  putLimits(readings: readonly LimitReading[], now: number): Promise<void>;
  /**
   * Keeps the row unless one of its name has this version or a higher one: of several who go on
   * from the same version, the first wins. With `togetherMs` nothing happens on a member of a fleet
   * that cannot reach the others, or whose log began anew less than so long ago.
   */
  putSealed(row: SealedRow, togetherMs?: number): Promise<PutSealed>;
  /** By name. */
  readSealed(): Promise<readonly SealedRow[]>;
  /** Of two rows with the same id, the last one given wins, with the maker of the first. */
  bindIds(rows: readonly BoundId[]): Promise<void>;
  findBoundId(id: string): Promise<BoundId | undefined>;
  /** Deletes the row and returns it: of all who ask, one gets it. */
  takeBoundId(id: string): Promise<BoundId | undefined>;
  /**
   * A record with an existing id replaces it. The oldest are dropped: see `recordLimit` and
   * docs/state.md. `maxAgeMs` is 30 days by default.
   */
  appendRecords(records: readonly RequestRecord[], maxAgeMs?: number): Promise<void>;
  /** Returns the latest matching records, newest first. */
  findRecords(query: RecordQuery): Promise<readonly RequestRecord[]>;
  /**
   * Adds to the sums of the same day, caller, task, target and purpose. Days are kept for 400 days.
   */
  addUsage(rows: readonly UsageRow[]): Promise<void>;
  /** Returns days in order, oldest first. */
  readUsage(query: UsageQuery): Promise<readonly UsageRow[]>;
  /**
   * Adds to the sums of the same step, time, caller and target. Beyond `seriesLimit` of one time,
   * all others are one. Minutes are kept for a day, hours for 30 days, behind the newest given.
   */
  addSeries(rows: readonly SeriesRow[]): Promise<void>;
  /** Returns rows by time, oldest first. */
  readSeries(query: SeriesQuery): Promise<readonly SeriesRow[]>;
  /**
   * Adds to the sums of the same budget and window, and returns them. Of all changes of one call
   * that take something ahead, each gets at least what it needs, or none gets anything. Keeps the
   * latest 1,500 windows of each budget, and the one just written.
   */
  addSpending(changes: readonly SpendingChange[]): Promise<readonly SpendingSum[]>;
  /** Returns all rows by budget, oldest first. */
  readSpending(): Promise<readonly SpendingRow[]>;
  /**
   * Calls back with a new snapshot within a second after another process changed health or a sealed
   * row; never for changes made through this store. Returns a function that ends the subscription.
   */
  subscribe(onChange: (snapshot: HealthSnapshot) => void): () => void;
  close(): Promise<void>;
}
