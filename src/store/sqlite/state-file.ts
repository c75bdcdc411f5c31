/**
 * The state file as its owner sees it: opened when first needed, for reading until something is to be written, and with
 * a version of health by which changes of other processes are told from our own. Synchronous; runs in place or in a thread.
 */

import type { Files } from '../../host.ts';
import { createDatabase, type Database, openDatabase } from './database.ts';
import { parseNumber } from './rows.ts';
import { migrations } from './sql.ts';

export interface StateFileOptions {
  readonly files: Files;
  readonly path: string;
  /** Whether changes may have been missed before: then health counts as changed by others. Default false. */
  readonly isStale?: boolean;
}

export class StateFile {
  readonly #files: Files;
  readonly #path: string;
  #database: Database | undefined;
  /** Which file the database was when it was opened. */
  #opened: string | undefined;
  /** The version of health that our owner knows or made. */
  #known: number | undefined;
  #isStale: boolean;

  constructor({ files, path, isStale = false }: StateFileOptions) {
    this.#files = files;
    this.#path = path;
    this.#isStale = isStale;
  }

  /** Undefined where nothing has been stored yet: reading makes no file. */
  read<Result>(work: (database: Database) => Result): Result | undefined {
    const database = this.#openForReading();
    return database === undefined ? undefined : database.transact('beginReading', () => work(database));
  }

  write<Result>(work: (database: Database) => Result): Result {
    const database = this.#openForWriting();
    return database.transact('begin', () => work(database));
  }

  /** A write after which other processes look at health again, if it changed a row. */
  writeHealth<Result>(work: (database: Database) => Result): Result {
    const { result, version } = this.write((database) => {
      const before = countChanges(database);
      const done = work(database);
      const hasChanged = countChanges(database) > before;
      return { result: done, version: hasChanged ? raiseVersion(database) : undefined };
    });
    if (version !== undefined) this.#noteOwnChange(version);
    return result;
  }

  /** What the work finds, if others changed health since this last said so; never for changes of ours. */
  readForeignChange<Result>(work: (database: Database) => Result, empty: Result): Result | undefined {
    this.#letGoOfRemovedFile();
    const hasChanged = (version: number): boolean => this.#isStale || version !== this.#known;
    const { version, result } = this.read((database) => {
      const present = readVersion(database);
      return { version: present, result: hasChanged(present) ? work(database) : undefined };
    }) ?? { version: 0, result: hasChanged(0) ? empty : undefined };
    this.#isStale = false;
    this.#known = version;
    return result;
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #openForReading(): Database | undefined {
    this.#database ??= this.#noteOpened(openDatabase(this.#files, this.#path));
    const version = this.#database?.version() ?? 0;
    if (version > 0 && version < migrations.length) return this.#openForWriting();
    if (version === 0) this.#known ??= 0;
    return version === 0 ? undefined : this.#noteFirst(this.#database);
  }

  #openForWriting(): Database {
    this.#database ??= this.#noteOpened(createDatabase(this.#files, this.#path));
    this.#database.makeWritable();
    return this.#noteFirst(this.#database);
  }

  #noteOpened<Opened extends Database | undefined>(database: Opened): Opened {
    this.#opened = this.#files.stamp(this.#path)?.file;
    return database;
  }

  /** The version of health that our owner finds when the file is first used is known from then on. */
  #noteFirst<Opened extends Database | undefined>(database: Opened): Opened {
    if (database !== undefined) this.#known ??= readVersion(database);
    return database;
  }

  /** What was changed between the version we knew and ours was changed by others. */
  #noteOwnChange(version: number): void {
    if (this.#known !== version - 1) this.#isStale = true;
    this.#known = version;
  }

  /** A connection to a file that somebody removed or replaced would go on where nobody else is. */
  #letGoOfRemovedFile(): void {
    if (this.#database === undefined || this.#files.stamp(this.#path)?.file === this.#opened) return;
    this.close();
    this.#isStale = true;
  }
}

function readVersion(database: Database): number {
  return parseNumber(database.get('readCounter', ['health']), 'value');
}

function raiseVersion(database: Database): number {
  return parseNumber(database.get('raiseCounter', ['health']), 'value');
}

function countChanges(database: Database): number {
  return parseNumber(database.get('totalChanges'), 'value');
}
