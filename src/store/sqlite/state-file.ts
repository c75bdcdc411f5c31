/**
 * The state file with a version number of health, which tells other processes' changes from our
 * own. Synchronous; runs in place or in a thread.
 */

import type { Files } from '../../host.ts';
import type { Database } from './database.ts';
import { DatabaseFile } from './database-file.ts';
import { parseColumnNumber } from './rows.ts';
import { type StatementName, stateLayout } from './sql.ts';

export type StateDatabase = Database<StatementName>;

export interface StateFileOptions {
  readonly files: Files;
  readonly path: string;
  /**
   * True if changes may have been missed before: health then counts as changed by others. Default:
   * false.
   */
  readonly isStale?: boolean;
}

export class StateFile {
  readonly #file: DatabaseFile<StatementName>;
  /** The version of health that our owner has seen or written; at first, the one in the file. */
  #known: number | undefined;
  #isStale: boolean;
  /** The transaction that is under way: a write within it is a part of it. */
  #writing: StateDatabase | undefined;

  constructor({ files, path, isStale = false }: StateFileOptions) {
    this.#file = new DatabaseFile({ files, path, layout: stateLayout });
    this.#isStale = isStale;
  }

  /** Undefined if nothing has been stored yet: reading creates no file. */
  read<Result>(work: (database: StateDatabase) => Result): Result | undefined {
    if (this.#writing !== undefined) return work(this.#writing);
    const found = this.#file.read((database) => ({ result: this.#workOn(database, work) }));
    if (found === undefined) this.#known ??= 0;
    return found?.result;
  }

  /** One transaction; a write within it is a part of it. */
  write<Result>(work: (database: StateDatabase) => Result): Result {
    if (this.#writing !== undefined) return work(this.#writing);
    try {
      return this.#file.write((database) => {
        this.#writing = database;
        return this.#workOn(database, work);
      });
    } finally {
      this.#writing = undefined;
    }
  }

  /** If the write changes a row, other processes reload health. */
  writeHealth<Result>(work: (database: StateDatabase) => Result): Result {
    const { result, version } = this.write((database) => {
      const before = countChanges(database);
      const done = work(database);
      const hasChanged = countChanges(database) > before;
      return { result: done, version: hasChanged ? raiseVersion(database) : undefined };
    });
    if (version !== undefined) this.#noteOwnChange(version);
    return result;
  }

  /**
   * Returns the work's result if others changed health since the last call; never for our own
   * changes.
   */
  readForeignChange<Result>(
    work: (database: StateDatabase) => Result,
    empty: Result,
  ): Result | undefined {
    if (this.#file.letGoOfRemovedFile()) this.#isStale = true;
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
    this.#file.close();
  }

  #workOn<Result>(database: StateDatabase, work: (database: StateDatabase) => Result): Result {
    this.#known ??= readVersion(database);
    return work(database);
  }

  /** Versions between the last one we knew and ours were written by others. */
  #noteOwnChange(version: number): void {
    if (this.#known !== version - 1) this.#isStale = true;
    this.#known = version;
  }
}

function readVersion(database: StateDatabase): number {
  return parseColumnNumber(database.get('readCounter', ['health']), 'value');
}

function raiseVersion(database: StateDatabase): number {
  return parseColumnNumber(database.get('raiseCounter', ['health']), 'value');
}

function countChanges(database: StateDatabase): number {
  return parseColumnNumber(database.get('totalChanges'), 'value');
}
