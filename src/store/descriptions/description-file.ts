/**
 * Image descriptions in a SQLite file of their own, `descriptions.db`, shared by all processes of
 * this user; or in memory.
 */

import type { Clock, Files } from '../../host.ts';
import type { DescriptionLimits } from '../../model/descriptions.ts';
import { DatabaseFile } from '../sqlite/database-file.ts';
import type { TableLayout } from '../sqlite/layout.ts';
import type { SqlRow } from '../sqlite/rows.ts';
import type { DescriptionStore, KeptDescription } from './description-store.ts';

const statements = {
  find: 'SELECT text, used_at AS usedAt FROM descriptions WHERE key = ? AND used_at > ?',
  touch: 'UPDATE descriptions SET used_at = ? WHERE key = ?',
  add: 'INSERT OR IGNORE INTO descriptions VALUES (?, ?, ?, ?, ?)',
  list: 'SELECT key, text, made_at AS madeAt, used_at AS usedAt FROM descriptions ORDER BY used_at DESC, key',
  clear: 'DELETE FROM descriptions',
  dropOld: 'DELETE FROM descriptions WHERE used_at <= ?',
  dropSurplus: `DELETE FROM descriptions WHERE key IN (
     SELECT key FROM (SELECT key, sum(size) OVER (ORDER BY used_at DESC, key) AS total FROM descriptions)
     WHERE total > ?)`,
} as const;

/** Erased descriptions are also overwritten. */
export const descriptionsLayout: TableLayout<keyof typeof statements> = {
  called: 'the descriptions of images',
  loses: 'descriptions, which are made again',
  migrations: [
    `CREATE TABLE descriptions (
       key TEXT PRIMARY KEY,
       text TEXT NOT NULL,
       size INTEGER NOT NULL,
       made_at REAL NOT NULL,
       used_at REAL NOT NULL
     ) STRICT;`,
  ],
  statements,
  pragmas: 'PRAGMA secure_delete = ON',
};

const dayMs = 86_400_000;
/** Resolution of the time of last use: a write per use would cost more than it is worth. */
const usedEveryMs = 3_600_000;

interface DescriptionFileParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly path: string;
  readonly limits: () => DescriptionLimits;
}

/** Every method throws a `StoreError` if the file cannot be used. */
export class DescriptionFile implements DescriptionStore {
  readonly #parts: DescriptionFileParts;
  readonly #file: DatabaseFile<keyof typeof statements>;

  constructor(parts: DescriptionFileParts) {
    this.#parts = parts;
    this.#file = new DatabaseFile({
      files: parts.files,
      path: parts.path,
      layout: descriptionsLayout,
    });
  }

  find(key: string): string | undefined {
    this.#file.letGoOfRemovedFile();
    const now = this.#parts.clock.now();
    const row = this.#file.read((database) => database.get('find', [key, this.#forgottenAt(now)]));
    if (row === undefined) return undefined;
    if (Number(row['usedAt']) < now - usedEveryMs)
      this.#file.write((database) => database.run('touch', [now, key]));
    return String(row['text']);
  }

  keep(key: string, text: string): string {
    this.#file.letGoOfRemovedFile();
    const now = this.#parts.clock.now();
    return this.#file.write((database) => {
      database.run('dropOld', [this.#forgottenAt(now)]);
      database.run('add', [key, text, Buffer.byteLength(text), now, now]);
      const kept = database.get('find', [key, 0]);
      database.run('dropSurplus', [this.#parts.limits().maxBytes]);
      return kept === undefined ? text : String(kept['text']);
    });
  }

  list(): readonly KeptDescription[] {
    return (this.#file.read((database) => database.all('list')) ?? []).map(toDescription);
  }

  /** Erases everything and returns the number of rows. */
  clear(): number {
    const count = this.list().length;
    if (count === 0) return 0;
    this.#file.write((database) => database.run('clear'));
    this.#file.leaveNoTrace();
    return count;
  }

  close(): void {
    this.#file.close();
  }

  #forgottenAt(now: number): number {
    return now - this.#parts.limits().keepDays * dayMs;
  }
}

function toDescription({ key, text, madeAt, usedAt }: SqlRow): KeptDescription {
  return { key: String(key), text: String(text), madeAt: Number(madeAt), usedAt: Number(usedAt) };
}
