/**
 * The state file as one of a fleet's copies (../replica.ts): the entries of the log are applied in
 * one transaction with the position up to which they are.
 */

import { StoreError } from '../../errors.ts';
import { type SpendingChange, spendingUnits } from '../../model/spending.ts';
import {
  type Applied,
  type AppliedChange,
  type Entry,
  type LogPosition,
  type ProbeRow,
  type Replica,
  rememberedEntries,
  rowOfLog,
  type SharedChange,
  type SharedName,
  type SharedState,
  sharedNames,
} from '../replica.ts';
import type { HealthSnapshot, SealedRow } from '../store.ts';
import {
  type Operations,
  type ParametersOf,
  perform as performOne,
  type ResultOf,
} from './asked.ts';
import * as rows from './rows.ts';
import type { StateDatabase, StateFile } from './state-file.ts';

const noPosition: LogPosition = { epoch: '', at: 0 };

const names: ReadonlySet<string> = new Set(sharedNames);

type ReplicaOperations = Pick<Operations, keyof Replica>;

export function createReplicaOperations(
  file: StateFile,
  operations: Omit<Operations, keyof Replica>,
): ReplicaOperations {
  const shared: Pick<Operations, SharedName> = operations;
  const perform = <Name extends SharedName>({ name, parameters }: SharedChange<Name>): unknown =>
    performOne(shared, name, parseParameters<Name>(parameters));
  return {
    readPosition: () => file.read(readPosition),
    applyEntries: (epoch, entries) =>
      file.write((database) => applyEntries(database, { epoch, entries, perform })),
    changeAlone: (change) =>
      file.write((database) => {
        const result = perform(change);
        database.run('writeOutbox', [change.id, JSON.stringify(withTaken(change, result))]);
        return result;
      }),
    readOutbox: () => file.read(readOutbox) ?? [],
    redoOutbox: () =>
      file.writeHealth((database) => {
        for (const { isUndone, ...change } of readOutbox(database)) {
          if (isUndone) performSafely(change, perform);
          database.run('dropOutbox', [change.id]);
          database.run('writeOutbox', [change.id, JSON.stringify(change)]);
        }
      }),
    readAppliedSince: (at) =>
      file.read((database) => readAppliedSince(database, at).map(({ change }) => change)) ?? [],
    readShared: () =>
      file.write((database) => ({
        position: readPosition(database) ?? noPosition,
        health: operations.readHealth(),
        probes: database.all('readProbes').map(rows.parseRow<ProbeRow>),
        sealed: database.all('readSealedAndLogs').map(rows.parseRow<SealedRow>),
        usage: operations.readUsage({}),
        spending: operations.readSpending(),
        applied: readAppliedSince(database, -1),
      })),
    replaceShared: (state, heard) =>
      file.writeHealth((database) => {
        replaceShared(database, state);
        const outbox = readOutbox(database);
        for (const { id } of outbox) database.run('dropOutbox', [id]);
        for (const change of [...heard, ...outbox])
          database.run('writeOutbox', [change.id, JSON.stringify({ ...change, isUndone: true })]);
        for (const { change } of state.applied) database.run('dropOutbox', [change.id]);
      }),
    beginAt: (position, included) =>
      file.write((database) => {
        writePosition(database, position);
        const { name, version, box } = rowOfLog(position);
        database.get('writeSealed', [name, version, box]);
        for (const change of included) {
          writeApplied(database, { at: position.at, change });
          database.run('dropOutbox', [change.id]);
        }
      }),
  };
}

/** A change has the parameters of its operation. */
function parseParameters<Name extends SharedName>(parameters: unknown): ParametersOf<Name> {
  return parameters as ParametersOf<Name>;
}

function readPosition(database: StateDatabase): LogPosition | undefined {
  const row = database.get('readFleet');
  return row === undefined
    ? undefined
    : { epoch: String(row['epoch']), at: rows.parseColumnNumber(row, 'position') };
}

function writePosition(database: StateDatabase, { epoch, at }: LogPosition): void {
  database.run('writeFleet', [epoch, at]);
}

interface OutboxChange extends SharedChange {
  /** The state is without it. */
  readonly isUndone?: true;
}

function readOutbox(database: StateDatabase): readonly OutboxChange[] {
  return database.all('readOutbox').map(rows.parseBody<OutboxChange>);
}

function readAppliedSince(database: StateDatabase, at: number): SharedState['applied'] {
  return database.all('readAppliedSince', [at]).map((row) => ({
    at: rows.parseColumnNumber(row, 'position'),
    change: rows.parseBody<SharedChange>(row),
  }));
}

function writeApplied(
  database: StateDatabase,
  { at, change, result = null }: AppliedChange & { readonly result?: unknown },
): void {
  const texts = [withTaken(change, result), result].map((one) => JSON.stringify(one));
  database.run('writeApplied', [change.id, at, ...texts]);
}

function applyEntries(
  database: StateDatabase,
  given: {
    readonly epoch: string;
    readonly entries: readonly Entry[];
    readonly perform: (change: SharedChange) => unknown;
  },
): readonly Applied[] | undefined {
  const { epoch, entries, perform } = given;
  const position = readPosition(database);
  if (position?.epoch !== epoch) return undefined;
  const missing = entries.filter(({ at }) => at > position.at);
  if (missing.some(({ at }, index) => at !== position.at + index + 1)) return undefined;
  const applied = entries.flatMap(({ at, change }): readonly Applied[] => {
    if (change === undefined) return [];
    const { id } = change;
    database.run('dropOutbox', [id]);
    const before = database.get('readApplied', [id]);
    if (before !== undefined || at <= position.at)
      return [{ id, result: parseResult(before?.['result']), isNew: false }];
    const done = performSafely(change, perform);
    const result = done?.result;
    writeApplied(database, { at, change, result });
    return [{ id, result, isNew: true, isUnknown: done === undefined }];
  });
  const last = missing.at(-1)?.at;
  if (last === undefined) return applied;
  writePosition(database, { epoch, at: last });
  database.run('dropOldApplied', [last - rememberedEntries]);
  return applied;
}

/**
 * What was taken ahead of a budget is taken, whichever log the change comes to: it is said as an
 * amount.
 */
function withTaken(change: SharedChange, result: unknown): SharedChange {
  const sums = parseSums(result);
  if (change.name !== 'addSpending' || sums === undefined) return change;
  const [changes] = parseParameters<'addSpending'>(change.parameters);
  const amounts = changes.map(({ ahead: _, ...row }, index): SpendingChange => {
    const taken = sums[index]?.taken;
    if (taken === undefined) return row;
    const { usd, tokens, requests } = taken;
    return {
      ...row,
      usd: row.usd + usd,
      tokens: row.tokens + tokens,
      requests: row.requests + requests,
    };
  });
  return { ...change, parameters: [amounts] };
}

function parseSums(result: unknown): ResultOf<'addSpending'> | undefined {
  return Array.isArray(result) ? (result as ResultOf<'addSpending'>) : undefined;
}

/** A change that cannot be made is skipped, and the log goes on: undefined. */
function performSafely(
  change: SharedChange,
  perform: (change: SharedChange) => unknown,
): { readonly result: unknown } | undefined {
  if (!names.has(change.name)) return undefined;
  try {
    return { result: perform(change) };
  } catch (error) {
    if (isOfChange(error)) return undefined;
    throw error;
  }
}

/** SQLite's TOOBIG, CONSTRAINT and MISMATCH (https://www.sqlite.org/rescode.html). */
const rowFaults: ReadonlySet<unknown> = new Set([18, 19, 20]);

/** The change is at fault, and not the file. */
function isOfChange(error: unknown): boolean {
  const { errcode } = Object(error instanceof StoreError ? error.cause : error);
  if (typeof errcode !== 'number') return !(error instanceof StoreError);
  return rowFaults.has(errcode & 0xff);
}

function parseResult(text: unknown): unknown {
  return typeof text === 'string' ? (JSON.parse(text) ?? undefined) : undefined;
}

const emptied = [
  'emptyMarks',
  'emptyProven',
  'emptyTombstones',
  'emptyMoved',
  'emptyLimits',
  'emptyProbes',
  'emptySealed',
  'emptyUsage',
  'emptySpending',
  'emptyApplied',
] as const;

function replaceShared(database: StateDatabase, state: SharedState): void {
  for (const name of emptied) database.run(name);
  writeHealth(database, state.health);
  for (const { key, owner, expiresAt } of state.probes)
    database.run('writeProbe', [key, owner, expiresAt]);
  for (const { name, version, box } of state.sealed ?? [])
    database.get('writeSealed', [name, version, box]);
  for (const row of state.usage) database.run('addUsage', rows.toUsageRow(row));
  for (const row of state.spending)
    database.run('addSpending', [row.budget, row.since, ...spendingUnits.map((unit) => row[unit])]);
  for (const one of state.applied) writeApplied(database, one);
  writePosition(database, state.position);
}

function writeHealth(
  database: StateDatabase,
  { marks, proven, tombstones, moved, limits }: HealthSnapshot,
): void {
  for (const mark of marks) database.run('writeMark', rows.toMarkRow(mark));
  for (const { site, model = rows.anyModel, fingerprint, at } of proven)
    database.run('writeProven', [site, model, fingerprint, at]);
  for (const tombstone of tombstones)
    database.run('writeTombstone', rows.toTombstoneRow(tombstone));
  for (const { conversation, credential, until } of moved)
    database.run('writeMoved', [conversation, credential, until]);
  for (const reading of limits)
    database.run('writeLimit', [...rows.toLimitRow(reading), reading.asOf]);
}
