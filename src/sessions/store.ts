/**
 * The sessions file: conversations of the chat, shared by all processes of this user
 * (docs/sessions.md).
 */

import type { Paths } from '../config/files/paths.ts';
import type { SessionSettings } from '../config/resolved/resolved.ts';
import type { Host } from '../host.ts';
import { busyLimitMs, retryWhileBusy } from '../store/sqlite/busy.ts';
import { inMemory } from '../store/sqlite/database.ts';
import { DatabaseFile } from '../store/sqlite/database-file.ts';
import { type SessionStatement, sessionsLayout } from './layout.ts';
import { enforceLimits, eraseSession, type SessionDatabase, type SessionLimits } from './limits.ts';
import * as operations from './operations.ts';
import { type PlacedTurn, parseBytes, parseHead } from './rows.ts';
import type { NewTurn, Session, SessionHead, SessionHit, TitleRank } from './session.ts';

export interface SessionsPlace {
  readonly host: Pick<Host, 'clock' | 'random' | 'randomToken' | 'files'>;
  /** Absent: nothing is written to disk, and all is forgotten with `close`. */
  readonly path?: string | undefined;
  /** Absent: nothing is erased unasked. */
  readonly limits?: SessionLimits | undefined;
}

/**
 * On disk, or in memory where the configuration wants nothing to be written. Without settings
 * nothing is erased unasked.
 */
export function openSessions(
  host: Host,
  { sessionsFile }: Pick<Paths, 'sessionsFile'>,
  settings?: SessionSettings,
): SessionStore {
  const path = settings?.save === false ? undefined : sessionsFile;
  return new SessionStore({ host, path, limits: settings });
}

/**
 * Opens nothing until something is asked for. Rejects with `StoreError`: a file that cannot be used
 * is named, and never read as one without sessions.
 */
export class SessionStore {
  readonly #host: SessionsPlace['host'];
  readonly #limits: SessionLimits | undefined;
  readonly #file: DatabaseFile<SessionStatement>;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ host, path = inMemory, limits }: SessionsPlace) {
    this.#host = host;
    this.#limits = limits;
    this.#file = new DatabaseFile({ files: host.files, path, layout: sessionsLayout });
  }

  /** Begins one without a turn, and erases those that are beyond the limits. */
  async create(): Promise<SessionHead> {
    const { clock, randomToken } = this.#host;
    const now = clock.now();
    const id = Buffer.from(randomToken(6), 'base64url').toString('hex');
    const hasErased = await this.#write((database) => {
      const erased = this.#limits !== undefined && enforceLimits(database, this.#limits, now);
      database.run('writeSession', [id, now, now]);
      return erased;
    });
    if (hasErased) await this.#leaveNoTrace();
    return { id, title: '', titleRank: 'derived', createdAt: now, usedAt: now, turns: 0 };
  }

  /**
   * Adds a turn behind the last, and gives its number. The first of the user gives the session its
   * derived title.
   */
  addTurn(id: string, turn: NewTurn): Promise<number> {
    const { clock } = this.#host;
    return this.#write((database) =>
      operations.addTurn(database, id, { ...turn, at: clock.now() }),
    );
  }

  /**
   * What a turn says so far, all of it (`streaming`, about once a second: its row is replaced), and
   * in the end: from then on it is found by its words. The number is that which `addTurn` gave, or
   * that of an answer that is asked for again.
   */
  writeTurn(id: string, turn: Omit<PlacedTurn, 'session' | 'at'>): Promise<void> {
    const { clock } = this.#host;
    return this.#write((database) =>
      operations.replaceTurn(database, id, { ...turn, at: clock.now() }),
    );
  }

  /** Those used last come first. */
  async list(limit: number): Promise<readonly SessionHead[]> {
    return (
      (await this.#read((database) => database.all('listHeads', [limit]).map(parseHead))) ?? []
    );
  }

  /** The one with this id, or the only one whose id begins so; `last` is the one used last. */
  find(reference: string): Promise<SessionHead | undefined> {
    return this.#read((database) => operations.findSession(database, reference));
  }

  /** By its whole id. */
  show(id: string): Promise<Session | undefined> {
    return this.#read((database) => operations.readSession(database, id));
  }

  /**
   * What has these words as they stand, in any script; small and capital letters are alike in
   * ASCII.
   */
  async search(words: string, limit: number): Promise<readonly SessionHit[]> {
    return (
      (await this.#read((database) => operations.searchMessages(database, words, limit))) ?? []
    );
  }

  /**
   * False where its present title is of a later rank, or there is no such session. A person renames
   * with the rank `user`.
   */
  setTitle(id: string, title: string, rank: TitleRank): Promise<boolean> {
    return this.#write((database) => operations.setTitle(database, id, { title, rank }));
  }

  readAttachment(hash: string): Promise<Uint8Array | undefined> {
    return this.#read((database) => parseBytes(database.get('readBytes', [hash])));
  }

  /** Erases it: no byte of its texts stays in the file. False where there is no such session. */
  async delete(id: string): Promise<boolean> {
    const wasThere = await this.#write((database) => eraseSession(database, id));
    if (wasThere) await this.#leaveNoTrace();
    return wasThere;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined); // whoever asked for it was told
    this.#file.close();
  }

  #read<Result>(work: (database: SessionDatabase) => Result): Promise<Result | undefined> {
    return this.#queue(() => this.#file.read(work));
  }

  #write<Result>(work: (database: SessionDatabase) => Result): Promise<Result> {
    return this.#queue(() => this.#file.write(work));
  }

  #leaveNoTrace(): Promise<void> {
    return this.#queue(() => this.#file.leaveNoTrace());
  }

  /** One after the other: what a turn says so far must not come behind what it says in the end. */
  #queue<Result>(work: () => Result): Promise<Result> {
    const deadline = this.#host.clock.monotonic() + busyLimitMs;
    const done = this.#last
      .catch(() => undefined) // its own asker was told
      .then(() => retryWhileBusy(this.#host, deadline, async () => this.#onPresentFile(work)));
    this.#last = done;
    return done;
  }

  #onPresentFile<Result>(work: () => Result): Result {
    this.#file.letGoOfRemovedFile();
    return work();
  }
}
