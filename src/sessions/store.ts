/**
 * Stores the chat's conversations in the sessions file, which all processes of this user share
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
  /** Absent: kept in memory, lost on `close`. */
  readonly path?: string | undefined;
  /** Absent: nothing is erased automatically. */
  readonly limits?: SessionLimits | undefined;
}

/**
 * Opens the file, or memory if the configuration allows no writes. Without settings nothing is
 * erased automatically.
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
 * Opens the file on first use. Rejects with `StoreError`: a file that cannot be used is an error,
 * never an empty list.
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

  /** Creates an empty session, and erases those beyond the limits. */
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
   * Appends a turn and returns its number. The first user turn sets the session's derived title.
   */
  addTurn(id: string, turn: NewTurn): Promise<number> {
    const { clock } = this.#host;
    return this.#write((database) =>
      operations.addTurn(database, id, { ...turn, at: clock.now() }),
    );
  }

  /**
   * Replaces a turn's text: while `streaming`, about once a second, and finally, when the search
   * index includes it. `number` comes from `addTurn`, or is that of an answer that is being
   * regenerated.
   */
  writeTurn(id: string, turn: Omit<PlacedTurn, 'session' | 'at'>): Promise<void> {
    const { clock } = this.#host;
    return this.#write((database) =>
      operations.replaceTurn(database, id, { ...turn, at: clock.now() }),
    );
  }

  /** Lists the most recently used first. */
  async list(limit: number): Promise<readonly SessionHead[]> {
    return (
      (await this.#read((database) => database.all('listHeads', [limit]).map(parseHead))) ?? []
    );
  }

  /**
   * Returns the session with this id, or the only one whose id starts so; `last` is the most
   * recently used.
   */
  find(reference: string): Promise<SessionHead | undefined> {
    return this.#read((database) => operations.findSession(database, reference));
  }

  /** Needs the whole id. */
  show(id: string): Promise<Session | undefined> {
    return this.#read((database) => operations.readSession(database, id));
  }

  /** Matches the words literally, in any script; case is ignored in ASCII only. */
  async search(words: string, limit: number): Promise<readonly SessionHit[]> {
    return (
      (await this.#read((database) => operations.searchMessages(database, words, limit))) ?? []
    );
  }

  /**
   * Returns false if the current title has a later rank, or there is no such session. A user's
   * rename has the rank `user`.
   */
  setTitle(id: string, title: string, rank: TitleRank): Promise<boolean> {
    return this.#write((database) => operations.setTitle(database, id, { title, rank }));
  }

  readAttachment(hash: string): Promise<Uint8Array | undefined> {
    return this.#read((database) => parseBytes(database.get('readBytes', [hash])));
  }

  /** No byte of its texts stays in the file. Returns false if there is no such session. */
  async delete(id: string): Promise<boolean> {
    const wasThere = await this.#write((database) => eraseSession(database, id));
    if (wasThere) await this.#leaveNoTrace();
    return wasThere;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined); // its caller got the error
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

  /** Runs one after the other: a turn's partial text must not overwrite its final one. */
  #queue<Result>(work: () => Result): Promise<Result> {
    const deadline = this.#host.clock.monotonic() + busyLimitMs;
    const done = this.#last
      .catch(() => undefined) // its own caller got the error
      .then(() => retryWhileBusy(this.#host, deadline, async () => this.#onPresentFile(work)));
    this.#last = done;
    return done;
  }

  #onPresentFile<Result>(work: () => Result): Result {
    this.#file.letGoOfRemovedFile();
    return work();
  }
}
