/**
 * One connection to a SQLite file: opened for reading or writing, migrated, its statements prepared
 * once, its faults named.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { loadSqlite } from '../../host/node-sqlite.ts';
import type { Files } from '../../host.ts';
import { createStoreError, nameOpeningFault, toStoreFault } from './faults.ts';
import type { TableLayout } from './layout.ts';
import { type Parameters, parseColumnNumber, type SqlRow } from './rows.ts';

/**
 * Inside SQLite a lock is waited for no longer than this; all other waiting is asynchronous,
 * outside.
 */
const busyTimeoutMs = 20;

/** In place of a path: a database without a file, forgotten when its connection closes. */
export const inMemory = ':memory:';

/** What is asked of every file of ours. */
const ownStatements = {
  begin: 'BEGIN IMMEDIATE',
  beginReading: 'BEGIN',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  readVersion: 'PRAGMA user_version',
  countTables: 'SELECT count(*) AS value FROM sqlite_schema',
  totalChanges: 'SELECT total_changes() AS value',
  truncateLog: 'PRAGMA wal_checkpoint(TRUNCATE)',
} as const;

type OwnName = keyof typeof ownStatements;

/** Where a file is, and what stands in it. */
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

  /**
   * 0 where nothing has been stored yet. Throws `store-newer` for a version that is not known here.
   */
  version(): number {
    const { layout } = this.#place;
    const version = parseColumnNumber(this.get('readVersion'), 'user_version');
    if (version === 0 && parseColumnNumber(this.get('countTables'), 'value') > 0)
      throw createStoreError(
        'store-corrupt',
        this.#place,
        'it has tables, and none of them is ours',
      );
    if (version <= layout.migrations.length) return version;
    const sentence = `it was written by a newer holdfast (version ${version}; this one knows ${layout.migrations.length}) and is left as it is`;
    throw createStoreError('store-newer', this.#place, sentence);
  }

  /** Brings the file up to the present version. Before this nothing can be written. */
  makeWritable(): void {
    if (this.#isWritable) return;
    const { migrations, pragmas = '' } = this.#place.layout;
    this.#execute(
      `PRAGMA query_only = 0; ${pragmas}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`,
    );
    if (this.version() < migrations.length) this.#transact('begin', () => this.#migrate());
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

  /**
   * Does the work as one transaction, all of it or nothing, and only in a file of the present
   * version.
   */
  transact<Result>(begin: 'begin' | 'beginReading', work: () => Result): Result {
    return this.#transact(begin, () => {
      this.version(); // another process may have brought it up to a newer one since we opened it
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

  /** All missing steps are one transaction; another process may have been first. */
  #migrate(): void {
    const { path, layout } = this.#place;
    const { migrations } = layout;
    const version = this.version();
    if (version > 0 && version < migrations.length) this.#keepCopy(copyPath(path, version));
    for (const migration of migrations.slice(version)) this.#execute(migration);
    this.#execute(`PRAGMA user_version = ${migrations.length}`);
  }

  /**
   * The file as the older version left it, for whoever goes back to that one. We hold the lock:
   * nobody writes meanwhile.
   */
  #keepCopy(copy: string): void {
    const { files } = this.#place;
    const reader = connectDatabase(this.#place);
    try {
      files.remove(copy); // of one who was ended before it had migrated
      files.createExclusive(copy, ''); // for its owner only; SQLite fills a file that is empty
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
      // SQLite had rolled back by itself, as it does when the disk is full
    }
  }
}

/** Where the file stays as an older version left it. */
export function copyPath(path: string, version: number): string {
  return `${path}.v${version}`;
}

/**
 * Undefined where there is no file. Changes nothing in it, and leaves no file beside it when it is
 * closed.
 */
export function openDatabase<Name extends string>(
  place: DatabasePlace<Name>,
): Database<Name> | undefined {
  try {
    return place.files.stamp(place.path) === undefined ? undefined : connectDatabase(place);
  } catch (error) {
    throw nameOpeningFault(error, place);
  }
}

/** Makes the file where there is none, for its owner only. */
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
  // `query_only` does not. Who calls has seen or made the file.
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
