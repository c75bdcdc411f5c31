/**
 * One connection to a SQLite file: opens it for reading or writing, migrates it, prepares its
 * statements once and names its faults.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { loadSqlite } from '../../host/node-sqlite.ts';
import type { Files } from '../../host.ts';
import { createStoreError, nameOpeningFault, toStoreFault } from './faults.ts';
import type { TableLayout } from './layout.ts';
import { type Parameters, parseColumnNumber, type SqlRow } from './rows.ts';

/** Longest wait for a lock inside SQLite; all other waiting is asynchronous, outside. */
const busyTimeoutMs = 20;

/** Used as the path of a database without a file, lost when its connection closes. */
export const inMemory = ':memory:';

/** Statements that every file of ours needs. */
const ownStatements = {
  begin: 'BEGIN IMMEDIATE',
  beginReading: 'BEGIN',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  readVersion: 'PRAGMA user_version',
  countTables: 'SELECT count(*) AS value FROM sqlite_schema',
  totalChanges: 'SELECT total_changes() AS value',
  truncateLog: 'PRAGMA wal_checkpoint(TRUNCATE)',
  quickCheck: 'PRAGMA quick_check(1)',
} as const;

type OwnName = keyof typeof ownStatements;

/**
 * What the migrations make of an empty database in memory. The next one begins as a copy, which
 * takes a twentieth of the time.
 */
const beginnings = new WeakMap<readonly string[], Uint8Array>();

export interface DatabasePlace<Name extends string> {
  readonly files: Files;
  readonly path: string;
  readonly layout: TableLayout<Name>;
}

export class Database<Name extends string = never> {
  readonly #place: DatabasePlace<Name>;
  readonly #handle: DatabaseSync;
  readonly #statements: Readonly<Record<Name | OwnName, string>>;
  readonly #prepared = new Map<Name | OwnName, StatementSync>();
  #isWritable = false;

  constructor(place: DatabasePlace<Name>, handle: DatabaseSync) {
    this.#place = place;
    this.#handle = handle;
    this.#statements = { ...ownStatements, ...place.layout.statements };
  }

  /** 0 if nothing has been stored yet. Throws `store-newer` for an unknown version. */
  version(): number {
    const { layout } = this.#place;
    const version = parseColumnNumber(this.get('readVersion'), 'user_version');
    if (version === 0 && parseColumnNumber(this.get('countTables'), 'value') > 0)
      throw createStoreError('store-corrupt', this.#place, 'it has tables, but not ours');
    if (version <= layout.migrations.length) return version;
    const sentence = `it was written by a newer holdfast (version ${version}; this one knows ${layout.migrations.length}) and is left as it is`;
    throw createStoreError('store-newer', this.#place, sentence);
  }

  /** Migrates the file to the current version, as every write requires. */
  makeWritable(): void {
    if (this.#isWritable) return;
    const { migrations, pragmas = '' } = this.#place.layout;
    this.#execute(
      `PRAGMA query_only = 0; ${pragmas}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`,
    );
    if (this.version() < migrations.length) this.#bringUpToDate(migrations);
    this.#isWritable = true;
  }

  all(name: Name | OwnName, parameters: Parameters = []): readonly SqlRow[] {
    return this.#use(name, (statement) => statement.all(...parameters));
  }

  get(name: Name | OwnName, parameters: Parameters = []): SqlRow | undefined {
    return this.#use(name, (statement) => statement.get(...parameters));
  }

  run(name: Name | OwnName, parameters: Parameters = []): void {
    this.#use(name, (statement) => statement.run(...parameters));
  }

  /** Runs the work as one transaction, and only in a file of the current version. */
  transact<Result>(begin: 'begin' | 'beginReading', work: () => Result): Result {
    return this.#transact(begin, () => {
      this.version(); // another process may have migrated it to a newer version since we opened it
      return work();
    });
  }

  close(): void {
    this.#prepared.clear();
    this.#handle.close();
  }

  #transact<Result>(begin: 'begin' | 'beginReading', work: () => Result): Result {
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

  #bringUpToDate(migrations: readonly string[]): void {
    // Node 22 cannot copy a database
    const isCopied = this.#place.path === inMemory && 'deserialize' in this.#handle;
    const beginning = isCopied ? beginnings.get(migrations) : undefined;
    if (beginning !== undefined) {
      this.#prepared.clear();
      this.#handle.deserialize(beginning);
      return;
    }
    this.#transact('begin', () => this.#migrate());
    if (isCopied) beginnings.set(migrations, this.#handle.serialize());
  }

  /** Runs all missing steps in one transaction; another process may have been first. */
  #migrate(): void {
    const { path, layout } = this.#place;
    const { migrations } = layout;
    const version = this.version();
    if (version > 0 && version < migrations.length) this.#keepCopy(copyPath(path, version));
    for (const migration of migrations.slice(version)) this.#execute(migration);
    this.#execute(`PRAGMA user_version = ${migrations.length}`);
  }

  /**
   * Copies the file as the older version left it, for users who downgrade. We have the lock, so no
   * one writes meanwhile.
   */
  #keepCopy(copy: string): void {
    const { files } = this.#place;
    const reader = connectDatabase(this.#place);
    try {
      files.remove(copy); // left by a process that was killed before its migration
      files.createExclusive(copy, ''); // Mode 0600; SQLite fills an existing empty file.
      reader.#execute(`PRAGMA query_only = 0; VACUUM INTO '${copy.replaceAll("'", "''")}'`);
    } catch (error) {
      files.remove(copy);
      throw error;
    } finally {
      reader.close();
    }
  }

  #execute(sql: string): void {
    this.#nameFaults(() => this.#handle.exec(sql));
  }

  #use<Result>(name: Name | OwnName, work: (statement: StatementSync) => Result): Result {
    return this.#nameFaults(() => {
      const statement = this.#prepared.get(name) ?? this.#handle.prepare(this.#statements[name]);
      this.#prepared.set(name, statement);
      return work(statement);
    });
  }

  #nameFaults<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreFault(error, this.#place);
    }
  }

  #rollBack(): void {
    try {
      this.run('rollback');
    } catch {
      // SQLite has already rolled back, as it does when the disk is full
    }
  }
}

/** Path of the copy that an older version left. */
export function copyPath(path: string, version: number): string {
  return `${path}.v${version}`;
}

/** Undefined if there is no file. Changes nothing in it, and leaves no other file when closed. */
export function openDatabase<Name extends string>(
  place: DatabasePlace<Name>,
): Database<Name> | undefined {
  try {
    return place.files.stamp(place.path) === undefined ? undefined : connectDatabase(place);
  } catch (error) {
    throw nameOpeningFault(error, place);
  }
}

/** Creates the file with mode 0600 if it is missing. */
export function createDatabase<Name extends string>(place: DatabasePlace<Name>): Database<Name> {
  try {
    if (place.path !== inMemory) place.files.createExclusive(place.path, '');
    return connectDatabase(place);
  } catch (error) {
    throw nameOpeningFault(error, place);
  }
}

/** Throws for a file of a newer version before anything could change it. */
function connectDatabase<Name extends string>(place: DatabasePlace<Name>): Database<Name> {
  const sqlite = loadSqlite();
  if (sqlite === undefined) throw new Error('this runtime has no node:sqlite');
  // A connection that is read-only for SQLite would leave its -wal and -shm files behind;
  // `query_only` does not. The caller has checked that the file exists.
  const handle = new sqlite.DatabaseSync(place.path);
  try {
    handle.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA query_only = 1`);
    const database = new Database(place, handle);
    database.version();
    return database;
  } catch (error) {
    handle.close();
    throw error;
  }
}
