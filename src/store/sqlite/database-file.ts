/**
 * One of our SQLite files, opened on first use, and for reading only until the first write.
 * Synchronous.
 */

import {
  copyPath,
  createDatabase,
  type Database,
  type DatabasePlace,
  openDatabase,
} from './database.ts';
import { createStoreError } from './faults.ts';
import { parseColumnNumber } from './rows.ts';

export class DatabaseFile<Name extends string> {
  readonly #place: DatabasePlace<Name>;
  #database: Database<Name> | undefined;
  /** Identity of the file when it was opened. */
  #opened: string | undefined;

  constructor(place: DatabasePlace<Name>) {
    this.#place = place;
  }

  /** Undefined if nothing has been stored yet: reading creates no file. */
  read<Result>(work: (database: Database<Name>) => Result): Result | undefined {
    const database = this.#openForReading();
    return database === undefined
      ? undefined
      : database.transact('beginReading', () => work(database));
  }

  write<Result>(work: (database: Database<Name>) => Result): Result {
    const database = this.#openForWriting();
    return database.transact('begin', () => work(database));
  }

  /**
   * Removes deleted data from the write-ahead log, and with the copies of older versions
   * (database.ts) from the folder.
   */
  leaveNoTrace(): void {
    const { files, path, layout } = this.#place;
    const log = this.#openForWriting().get('truncateLog');
    if (parseColumnNumber(log, 'busy') > 0)
      throw createStoreError(
        'store-busy',
        this.#place,
        'another process is reading what was erased',
      );
    for (const version of layout.migrations.keys()) files.remove(copyPath(path, version));
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  /**
   * True if the file was removed or replaced: our connection would go on writing to a file that no
   * one else opens.
   */
  letGoOfRemovedFile(): boolean {
    const { files, path } = this.#place;
    if (this.#database === undefined || files.stamp(path)?.file === this.#opened) return false;
    this.close();
    return true;
  }

  #openForReading(): Database<Name> | undefined {
    this.#database ??= this.#noteOpened(openDatabase(this.#place));
    if (this.#database === undefined) return undefined;
    const { migrations, isTreasure = false } = this.#place.layout;
    const version = this.#database.version();
    if (version === 0 && isTreasure)
      throw createStoreError('store-corrupt', this.#place, 'it is empty');
    if (version > 0 && version < migrations.length) return this.#openForWriting();
    return version === 0 ? undefined : this.#database;
  }

  #openForWriting(): Database<Name> {
    this.#database ??= this.#noteOpened(createDatabase(this.#place));
    this.#database.makeWritable();
    return this.#database;
  }

  #noteOpened<Opened extends Database<Name> | undefined>(database: Opened): Opened {
    this.#opened = this.#place.files.stamp(this.#place.path)?.file;
    return database;
  }
}
