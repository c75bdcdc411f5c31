/**
 * Prompts and answers in a SQLite file of their own, `contents.db`: limited in size, erased by age
 * and by command.
 */

import type { Files } from '../../host.ts';
import type { RequestContent } from '../../model/record.ts';
import { DatabaseFile } from '../sqlite/database-file.ts';
import type { TableLayout } from '../sqlite/layout.ts';
import { parseColumnNumber } from '../sqlite/rows.ts';

/** Of all together; the oldest go first. */
const maxBytes = 64 * 1024 * 1024;

const statements = {
  add: 'INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?)',
  find: 'SELECT asked, answered FROM contents WHERE id = ?',
  count: 'SELECT count(*) AS value FROM contents',
  clear: 'DELETE FROM contents',
  dropOld: 'DELETE FROM contents WHERE at <= ?',
  dropSurplus: `DELETE FROM contents WHERE id IN (
     SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY at DESC, id) AS total FROM contents) WHERE total > ?)`,
} as const;

/** Erased content is also overwritten. */
export const contentsLayout: TableLayout<keyof typeof statements> = {
  called: 'what was asked and answered',
  loses: 'prompts and answers that were kept with records',
  migrations: [
    `CREATE TABLE contents (
       id TEXT PRIMARY KEY,
       at REAL NOT NULL,
       asked TEXT NOT NULL,
       answered TEXT NOT NULL,
       size INTEGER NOT NULL
     ) STRICT;
     CREATE INDEX contents_by_time ON contents (at);`,
  ],
  statements,
  pragmas: 'PRAGMA secure_delete = ON',
};

/** The content of one request, under the id of its record. */
export interface ContentRow extends RequestContent {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Every method throws a `StoreError` if the file cannot be used. */
export class ContentFile {
  readonly #place: { readonly files: Files; readonly path: string };
  readonly #file: DatabaseFile<keyof typeof statements>;

  constructor(place: { readonly files: Files; readonly path: string }) {
    this.#place = place;
    this.#file = new DatabaseFile({ ...place, layout: contentsLayout });
  }

  /** Removes the content from `forgottenAt` or before, too. */
  add(rows: readonly ContentRow[], forgottenAt: number): void {
    this.#file.letGoOfRemovedFile();
    this.#file.write((database) => {
      for (const { id, at, asked, answered } of rows)
        database.run('add', [
          id,
          at,
          asked,
          answered,
          Buffer.byteLength(asked) + Buffer.byteLength(answered),
        ]);
      database.run('dropOld', [forgottenAt]);
      database.run('dropSurplus', [maxBytes]);
    });
  }

  /** Does not create the file. */
  eraseUntil(forgottenAt: number): void {
    if (this.#place.files.stamp(this.#place.path) !== undefined) this.add([], forgottenAt);
  }

  find(id: string): RequestContent | undefined {
    this.#file.letGoOfRemovedFile();
    const row = this.#file.read((database) => database.get('find', [id]));
    return row && { asked: String(row['asked']), answered: String(row['answered']) };
  }

  /** Erases everything and returns the number of rows. */
  clear(): number {
    const row = this.#file.read((database) => database.get('count'));
    const count = row === undefined ? 0 : parseColumnNumber(row, 'value');
    if (count === 0) return 0;
    this.#file.write((database) => database.run('clear'));
    this.#file.leaveNoTrace();
    return count;
  }

  close(): void {
    this.#file.close();
  }
}
