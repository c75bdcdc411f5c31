/**
 * A state as one of a fleet's copies of the same state (docs/fleet.md). Whatever changes the shared
 * state is a *change* in the fleet's log; every member applies all of them, in the log's order,
 * each once. A member that is alone does its changes at once and keeps them in its outbox. Types.
 */

import type { SpendingRow } from '../model/spending.ts';
import type { UsageRow } from '../model/usage.ts';
import type { HealthSnapshot, SealedRow, Store } from './store.ts';

/**
 * The operations that change what all members share. What they do follows from their parameters
 * and the state before.
 */
export const sharedNames = [
  'openMark',
  'closeMarks',
  'resetMarks',
  'putProven',
  'putMoved',
  'putLimits',
  'claimProbes',
  'releaseProbes',
  'putSealed',
  'addUsage',
  'addSpending',
] as const satisfies readonly (keyof Store)[];

export type SharedName = (typeof sharedNames)[number];

/** One call of an operation. Its id is its own: applied twice, it counts once. */
export interface SharedChange<Name extends SharedName = SharedName> {
  readonly id: string;
  readonly name: Name;
  readonly parameters: Parameters<Store[Name]>;
}

/** Where in which log a copy stands: it has applied everything up to and including `at`. */
export interface LogPosition {
  /** Another log has another one. */
  readonly epoch: string;
  readonly at: number;
}

/** An entry of the log. Without a change it is not one of ours, or too old: it changes nothing. */
export interface Entry {
  readonly at: number;
  readonly change?: SharedChange | undefined;
  /** A member has made it whose version says it otherwise. */
  readonly isUnknown?: true;
}

/** What a change led to: of this entry, or of an earlier one with the same change. */
export interface Applied {
  readonly id: string;
  readonly result: unknown;
  /** It was applied just now, not before. */
  readonly isNew: boolean;
  /** This version does not know it, or cannot make it, and has skipped it. */
  readonly isUnknown?: boolean;
}

/** All of the shared state, at one position. */
export interface SharedState {
  readonly position: LogPosition;
  readonly health: HealthSnapshot;
  readonly probes: readonly ProbeRow[];
  readonly sealed: readonly SealedRow[];
  readonly usage: readonly UsageRow[];
  readonly spending: readonly SpendingRow[];
  /** What was applied last: it must not be applied again, and another log may lack it. */
  readonly applied: readonly AppliedChange[];
}

export interface AppliedChange {
  readonly at: number;
  readonly change: SharedChange;
}

export interface ProbeRow {
  readonly key: string;
  readonly owner: string;
  readonly expiresAt: number;
}

/** What a copy can do besides the store's operations. */
export interface Replica {
  /** Undefined if it has never been a member of a fleet. */
  readPosition(): Promise<LogPosition | undefined>;
  /**
   * Applies what it has not applied yet, in one transaction. Undefined, and nothing is done, if the
   * log is another one or an entry is missing in between.
   */
  applyEntries(epoch: string, entries: readonly Entry[]): Promise<readonly Applied[] | undefined>;
  /** Does a change without the log, and keeps it for the log. Returns the operation's result. */
  changeAlone(change: SharedChange): Promise<unknown>;
  /** What the log lacks, in the order in which it was done. */
  readOutbox(): Promise<readonly SharedChange[]>;
  /** The changes that were applied after `at`, as far as they are remembered. */
  readAppliedSince(at: number): Promise<readonly SharedChange[]>;
  readShared(): Promise<SharedState>;
  /** Does what waits in the outbox since another state was put in its place without it. */
  redoOutbox(): Promise<void>;
  /**
   * Puts another copy's state in the place of its own. The outbox stays, behind what it has heard
   * and that state may lack; that state is without both, until they are read in the log.
   */
  replaceShared(state: SharedState, heard: readonly SharedChange[]): Promise<void>;
  /** A log begins with its state, which includes these changes of its outbox. */
  beginAt(position: LogPosition, included: readonly SharedChange[]): Promise<void>;
}

/**
 * Says in the state of each log, and of those that were begun with what it knew, that this one was,
 * and behind which position.
 */
export function rowOfLog({ epoch, at }: LogPosition): SealedRow {
  return { name: `log/${epoch}`, version: at, box: '' };
}

/** So many positions back a change is known to have been applied. */
export const rememberedEntries = 1000;

/** What its sender wrote, which stood at `after`. */
export interface SentEntry {
  readonly after: number;
  readonly change?: SharedChange;
  /** What a member wants to know of another (questions.ts). */
  readonly question?: string;
}

/**
 * Members of one fleet say it to each other, and nobody else can. Undefined if it is said as
 * another version would.
 */
export function parseSent(text: string): SentEntry | undefined {
  const said = JSON.parse(text);
  const { id, name, parameters } = said?.change ?? {};
  const isChange = typeof id === 'string' && typeof name === 'string' && Array.isArray(parameters);
  const isKnown = isChange || typeof said?.question === 'string';
  return isKnown && typeof said.after === 'number' ? said : undefined;
}

/** It is raised when older versions cannot go on with a state as this one keeps it. */
const stateFormat = 1;

export function writeState(state: SharedState): string {
  return JSON.stringify({ ...state, format: stateFormat });
}

/** Undefined if a newer version has kept it. */
export function parseState(text: string): SharedState | undefined {
  const { format = stateFormat, ...state } = JSON.parse(text);
  return format === stateFormat ? state : undefined;
}
