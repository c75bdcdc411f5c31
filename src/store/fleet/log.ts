/**
 * The log that all members of a fleet share: its entries have one order for everybody. Types, and
 * the one error. Whoever implements it knows nothing of what an entry says.
 */

import type { EngineFault } from '../../model/fleet.ts';
import type { LogPosition } from '../replica.ts';

export interface FleetEntry {
  readonly at: number;
  readonly text: string;
}

/** The whole state at a position, as one member kept it. */
export interface KeptState {
  readonly position: LogPosition;
  readonly text: string;
}

/** What members have left for each other. */
export interface Met {
  /** By the engine's clock, epoch ms. */
  readonly now: number;
  readonly texts: readonly string[];
}

/** `moved`: it is not at `ifAt` any more. `other-log`: there is none, or one with another epoch. */
export type Appended = number | 'moved' | 'other-log';

/** Every operation rejects with `LogGone` if the log did not answer in time. */
export interface FleetLog {
  /** That of the newest entry. Undefined if there is no log yet, or not any more. */
  readPosition(): Promise<LogPosition | undefined>;
  /** Begins a log behind `state.position`. False if somebody else has begun one meanwhile. */
  begin(state: KeptState): Promise<boolean>;
  readState(): Promise<KeptState | undefined>;
  /** Nothing happens to a log with another epoch. */
  keepState(state: KeptState): Promise<void>;
  /** Returns the position of the new entry. */
  append(epoch: string, text: string, ifAt?: number): Promise<Appended>;
  /**
   * Returns the entries after this position, oldest first. Waits up to `waitMs` for the first one;
   * without one it returns none.
   */
  read(after: number, waitMs: number): Promise<readonly FleetEntry[]>;
  /** Forgets a log that is of no use to those who come later; another may begin. */
  end(epoch: string): Promise<void>;
  /**
   * Leaves what a member says of itself for ten minutes, and returns what all have left. `gone`
   * takes its text away, and with an empty one it only looks.
   */
  meet(id: string, text: string): Promise<Met>;
  readFaults(): Promise<readonly EngineFault[]>;
  close(): void;
}

/** In characters: more is neither left nor taken. */
export const leftLimit = 1024 * 1024;

/** In characters: a longer text is neither kept nor read. */
export const keptLimit = 32 * 1024;

/**
 * What members leave for each other beside the log, for a while; nothing else depends on it. Every
 * operation rejects with `LogGone` if the engine did not answer in time.
 */
export interface FleetPost {
  /** Leaves a text for 30 s, for whoever takes it. */
  leave(name: string, text: string): Promise<void>;
  /** Takes a text away; undefined if nothing is there that may be read. */
  take(name: string): Promise<string | undefined>;
  /** Takes away all that was left. */
  clear(): Promise<void>;
  /** Keeps texts for `forMs`; of all members together the latest 2,000, or a few more. */
  keep(texts: readonly string[], forMs: number): Promise<void>;
  /** The newest first: those before `before`, which a page names. Default: from the newest on. */
  readKept(before?: string): Promise<KeptPage>;
}

export interface KeptPage {
  readonly texts: readonly string[];
  /** Where the next page begins. Absent: there is no other. */
  readonly next?: string | undefined;
}

/** The log cannot be reached, or did not answer in time. The message says why. */
export class LogGone extends Error {
  override readonly name = 'LogGone';
}

/** What this member lacks is not in the log any more. */
export class EntriesMissing extends LogGone {
  constructor() {
    super('entries of it are missing');
  }
}

/** This member has left the log meanwhile, and told why. */
export class LogLeft extends LogGone {
  constructor() {
    super('it was left');
  }
}

/** This member has ended the log: nobody could join it any more. */
export class LogEnded extends LogGone {}
