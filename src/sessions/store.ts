/** The sessions file: conversations of the chat, shared by all processes of this user (docs/sessions.md). */

import type { Host } from '../host.ts';
import { busyLimitMs, retryWhileBusy } from '../store/sqlite/busy.ts';
import { inMemory } from '../store/sqlite/database.ts';
import { DatabaseFile } from '../store/sqlite/database-file.ts';
import { type SessionStatement, sessionsLayout } from './layout.ts';
import { enforceLimits, eraseSession, type SessionDatabase, type SessionLimits } from './limits.ts';
import * as operations from './operations.ts';
import { parseBytes, parseHead } from './rows.ts';
import type { SessionStore } from './session.ts';

export interface SessionsPlace {
  readonly host: Pick<Host, 'clock' | 'random' | 'randomToken' | 'files'>;
  /** Absent: nothing is written to disk, and all is forgotten with `close`. */
  readonly path?: string | undefined;
  /** Absent: nothing is erased unasked. */
  readonly limits?: SessionLimits | undefined;
}

/** Opens nothing until something is asked for. */
export class SqliteSessions implements SessionStore {
  readonly #host: SessionsPlace['host'];
  readonly #limits: SessionLimits | undefined;
  readonly #file: DatabaseFile<SessionStatement>;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ host, path = inMemory, limits }: SessionsPlace) {
    this.#host = host;
    this.#limits = limits;
    this.#file = new DatabaseFile({ files: host.files, path, layout: sessionsLayout });
  }

  readonly create: SessionStore['create'] = async () => {
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
  };

  readonly addTurn: SessionStore['addTurn'] = (id, turn) =>
    this.#write((database) => operations.addTurn(database, id, { ...turn, at: this.#host.clock.now() }));

  readonly writePartial: SessionStore['writePartial'] = (id, number, turn) =>
    this.finishTurn(id, number, { ...turn, state: 'streaming' });

  readonly finishTurn: SessionStore['finishTurn'] = (id, number, turn) =>
    this.#write((database) =>
      operations.replaceTurn(database, id, { ...turn, number, at: this.#host.clock.now() }),
    );

  readonly list: SessionStore['list'] = async (limit) =>
    (await this.#read((database) => database.all('listHeads', [limit]).map(parseHead))) ?? [];

  readonly find: SessionStore['find'] = (reference) =>
    this.#read((database) => operations.findSession(database, reference));

  readonly show: SessionStore['show'] = (id) =>
    this.#read((database) => operations.readSession(database, id));

  readonly search: SessionStore['search'] = async (words, limit) =>
    (await this.#read((database) => operations.search(database, words, limit))) ?? [];

  readonly setTitle: SessionStore['setTitle'] = (id, title, rank) =>
    this.#write((database) => operations.setTitle(database, id, { title, rank }));

  readonly readAttachment: SessionStore['readAttachment'] = (hash) =>
    this.#read((database) => parseBytes(database.get('readBytes', [hash])));

  readonly delete: SessionStore['delete'] = async (id) => {
    const wasThere = await this.#write((database) => eraseSession(database, id));
    if (wasThere) await this.#leaveNoTrace();
    return wasThere;
  };

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
