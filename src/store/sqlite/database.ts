/** One connection to a SQLite file: opened for reading or writing, migrated, its statements prepared once, its faults named. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { loadSqlite } from '../../host/node-sqlite.ts';
import type { Files } from '../../host.ts';
import { createStoreError, nameFault, nameOpeningFault } from './faults.ts';
import { parseNumber, type Row } from './rows.ts';
import { migrations, type StatementName, statements } from './sql.ts';

/** Inside SQLite a lock is waited for no longer than this; all other waiting is asynchronous, outside. */
const busyTimeoutMs = 20;

type Value = string | number | null;

/** By position, or by name. */
type Parameters = readonly Value[] | Readonly<Record<string, Value>>;

export class Database {
  /** 0 where nothing has been stored yet. */
  readonly version: number;
  readonly isWritable: boolean;
  readonly #path: string;
  readonly #handle: DatabaseSync;
  readonly #prepared = new Map<StatementName, StatementSync>();

  constructor(path: string, handle: DatabaseSync, isWritable: boolean) {
    this.#path = path;
    this.#handle = handle;
    this.isWritable = isWritable;
    this.version = readVersion(handle);
  }

  all(name: StatementName, parameters: Parameters = []): readonly Row[] {
    return this.#use(name, (statement) =>
      isList(parameters) ? statement.all(...parameters) : statement.all(parameters),
    );
  }

  get(name: StatementName, parameters: Parameters = []): Row | undefined {
    return this.#use(name, (statement) =>
      isList(parameters) ? statement.get(...parameters) : statement.get(parameters),
    );
  }

  /** Returns how many rows changed. */
  run(name: StatementName, parameters: Parameters = []): number {
    return this.#use(name, (statement) => {
      const result = isList(parameters) ? statement.run(...parameters) : statement.run(parameters);
      return Number(result.changes);
    });
  }

  /** Does the work as one transaction: all of it, or nothing. */
  transact<Result>(begin: 'begin' | 'beginReading', work: () => Result): Result {
    this.run(begin);
    try {
      const result = work();
      this.run('commit');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  close(): void {
    this.#prepared.clear();
    this.#handle.close();
  }

  #use<Result>(name: StatementName, work: (statement: StatementSync) => Result): Result {
    try {
      const statement = this.#prepared.get(name) ?? this.#handle.prepare(statements[name]);
      this.#prepared.set(name, statement);
      return work(statement);
    } catch (error) {
      throw nameFault(error, this.#path);
    }
  }

  #rollBack(): void {
    try {
      this.run('rollback');
    } catch {
      // SQLite had rolled back by itself, as it does when the disk is full
    }
  }
}

/** Undefined where there is no file. Never changes the file, not even by the clean-up of its last connection (A19). */
export function openForReading(files: Files, path: string): Database | undefined {
  try {
    if (files.stamp(path) === undefined) return undefined;
    return connect(path, { isWritable: false });
  } catch (error) {
    throw nameOpeningFault(error, path);
  }
}

/** Makes the file where there is none, for its owner only (A22), and brings it up to the present version (A13). */
export function openForWriting(files: Files, path: string): Database {
  try {
    if (!files.createExclusive(path, '')) connect(path, { isWritable: false }).close();
    return connect(path, { isWritable: true });
  } catch (error) {
    throw nameOpeningFault(error, path);
  }
}

/** Throws for a file of a newer version before anything could change it. */
function connect(path: string, { isWritable }: { readonly isWritable: boolean }): Database {
  const handle = createHandle(path, isWritable);
  try {
    handle.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    const version = readVersion(handle);
    if (version > migrations.length) throw isNewer(path, version);
    if (isWritable) prepareForWriting(handle);
    return new Database(path, handle, isWritable);
  } catch (error) {
    handle.close();
    throw error;
  }
}

function createHandle(path: string, isWritable: boolean): DatabaseSync {
  const sqlite = loadSqlite();
  if (sqlite === undefined) throw new Error('this runtime has no node:sqlite');
  return new sqlite.DatabaseSync(path, { readOnly: !isWritable });
}

function readVersion(handle: DatabaseSync): number {
  return parseNumber(handle.prepare('PRAGMA user_version').get(), 'user_version');
}

function isNewer(path: string, version: number): Error {
  const sentence = `it was written by a newer holdfast (version ${version}; this one knows ${migrations.length}) and is left as it is`;
  return createStoreError('store-newer', path, sentence);
}

/** The log is switched on once and stays; all missing migrations are one transaction. */
function prepareForWriting(handle: DatabaseSync): void {
  handle.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  if (readVersion(handle) === migrations.length) return;
  handle.exec('BEGIN IMMEDIATE');
  try {
    for (const migration of migrations.slice(readVersion(handle))) handle.exec(migration);
    handle.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    handle.exec('ROLLBACK');
    throw error;
  }
}

function isList(parameters: Parameters): parameters is readonly Value[] {
  return Array.isArray(parameters);
}
