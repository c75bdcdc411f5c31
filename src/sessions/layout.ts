/**
 * Contains all SQL of the sessions file: its schema, one migration per version, and the statements.
 */

import type { TableLayout } from '../store/sqlite/layout.ts';

/**
 * A turn is one row, which is replaced while it is streamed. Triggers index its text when it ends,
 * as trigrams without positions: half the size of an index with positions, and a row with all
 * trigrams is read anyway.
 */
const migrations: readonly string[] = [
  `CREATE TABLE sessions (
     key INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     title TEXT NOT NULL,
     rank TEXT NOT NULL CHECK (rank IN ('derived', 'model', 'user')),
     created_at REAL NOT NULL,
     used_at REAL NOT NULL
   ) STRICT;
   CREATE TABLE turns (
     key INTEGER PRIMARY KEY,
     session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
     number INTEGER NOT NULL,
     role TEXT NOT NULL,
     state TEXT NOT NULL,
     at REAL NOT NULL,
     model TEXT,
     request_id TEXT,
     usd REAL,
     text TEXT NOT NULL,
     UNIQUE (session, number)
   ) STRICT;
   CREATE INDEX turns_streaming ON turns (key) WHERE state = 'streaming';
   CREATE TABLE attachments (hash TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
   CREATE TABLE turn_attachments (
     turn INTEGER REFERENCES turns ON DELETE CASCADE,
     position INTEGER,
     hash TEXT NOT NULL REFERENCES attachments,
     name TEXT NOT NULL,
     media_type TEXT NOT NULL,
     PRIMARY KEY (turn, position)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX turns_of_attachment ON turn_attachments (hash);
   CREATE VIRTUAL TABLE words USING fts5(
     text, content = 'turns', content_rowid = 'key', tokenize = 'trigram', detail = none, columnsize = 0
   );
   CREATE TRIGGER turn_added AFTER INSERT ON turns WHEN new.state <> 'streaming' BEGIN
     INSERT INTO words (rowid, text) VALUES (new.key, new.text);
   END;
   CREATE TRIGGER turn_dropped AFTER DELETE ON turns WHEN old.state <> 'streaming' BEGIN
     INSERT INTO words (words, rowid, text) VALUES ('delete', old.key, old.text);
   END;
   CREATE TRIGGER turn_asked_again BEFORE UPDATE ON turns WHEN old.state <> 'streaming' BEGIN
     INSERT INTO words (words, rowid, text) VALUES ('delete', old.key, old.text);
   END;
   CREATE TRIGGER turn_finished AFTER UPDATE ON turns WHEN new.state <> 'streaming' BEGIN
     INSERT INTO words (rowid, text) VALUES (new.key, new.text);
   END;`,
];

const heads = `SELECT key, id, title, rank AS titleRank, created_at AS createdAt, used_at AS usedAt,
     (SELECT count(*) FROM turns WHERE session = sessions.key) AS turns,
     (SELECT model FROM turns WHERE session = sessions.key AND model IS NOT NULL ORDER BY number DESC LIMIT 1) AS model,
     (SELECT sum(usd) FROM turns WHERE session = sessions.key) AS usd
   FROM sessions`;

const latestFirst = 'ORDER BY used_at DESC, key DESC LIMIT ?';

// Node 22 does not bind `?1` by position.
const statements = {
  writeSession: "INSERT INTO sessions VALUES (NULL, ?, '', 'derived', ?, ?)",
  listHeads: `${heads} ${latestFirst}`,
  findHeads: `${heads} WHERE id >= ? AND id < ? || x'7f' ORDER BY id LIMIT 2`,
  searchTitles: `${heads} WHERE rank <> 'derived' AND instr(lower(title), lower(?)) > 0 ${latestFirst}`,
  readSession: 'SELECT key, title, rank FROM sessions WHERE id = ?',
  noteUse: 'UPDATE sessions SET used_at = ? WHERE key = ?',
  writeTitle: 'UPDATE sessions SET title = ?, rank = ? WHERE key = ?',
  dropSession: 'DELETE FROM sessions WHERE id = ? RETURNING id',

  nextNumber: 'SELECT ifnull(max(number), 0) + 1 AS value FROM turns WHERE session = ?',
  writeTurn: `INSERT INTO turns (session, number, role, state, at, model, request_id, usd, text)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (session, number) DO UPDATE SET role = excluded.role, state = excluded.state, at = excluded.at,
       model = excluded.model, request_id = excluded.request_id, usd = excluded.usd, text = excluded.text
     RETURNING key AS value`,
  readTurns:
    'SELECT key, number, role, state, at, model, request_id AS requestId, usd, text FROM turns WHERE session = ? ORDER BY number',
  // LIKE uses the index from three characters on, and all rows below that; instr then handles _ and
  // % literally.
  searchTurns: `SELECT session, number, role, at, text FROM turns
     WHERE key IN (SELECT rowid FROM words WHERE text LIKE '%' || ? || '%'
       UNION ALL SELECT key FROM turns WHERE state = 'streaming') AND instr(lower(text), lower(?)) > 0
     ORDER BY key DESC LIMIT ?`,
  readHead: `${heads} WHERE key = ?`,

  writeAttachment: 'INSERT OR IGNORE INTO attachments VALUES (?, ?)',
  attach: 'INSERT INTO turn_attachments VALUES (?, ?, ?, ?, ?)',
  readAttached: `SELECT turn, hash, name, media_type AS mediaType, length(bytes) AS size
     FROM turn_attachments JOIN attachments USING (hash) JOIN turns ON turns.key = turn
     WHERE session = ? ORDER BY turn, position`,
  readBytes: 'SELECT bytes FROM attachments WHERE hash = ?',
  dropUnattached: 'DELETE FROM attachments WHERE hash NOT IN (SELECT hash FROM turn_attachments)',

  dropAged: 'DELETE FROM sessions WHERE used_at <= ? RETURNING id',
  readSize: `SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count) AS pages,
     (SELECT page_size FROM pragma_page_size) AS pageSize`,
  // For each session: how many bytes were written before its last use.
  listOldest: `SELECT id, sum(bytes) OVER (ORDER BY used_at, key) AS upTo, sum(bytes) OVER () AS whole FROM (
     SELECT key, id, used_at, (SELECT total(octet_length(text)) FROM turns WHERE session = sessions.key)
       + (SELECT total(length(bytes)) FROM turns JOIN turn_attachments ON turn = turns.key JOIN attachments USING (hash)
          WHERE session = sessions.key) AS bytes
     FROM sessions) ORDER BY used_at, key`,

  // The index keeps deleted text until its segments are merged.
  mergeIndex: "INSERT INTO words (words) VALUES ('optimize')",
  giveBack: 'PRAGMA incremental_vacuum',
} as const;

export type SessionStatement = keyof typeof statements;

export const sessionsLayout: TableLayout<SessionStatement> = {
  called: 'the sessions file',
  loses: 'the conversations in it, but for what sqlite3 with .recover can read of them',
  isTreasure: true,
  migrations,
  statements,
  // Deleted data is overwritten, and is in no other file meanwhile. Larger pages waste less on long
  // texts.
  pragmas:
    'PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY',
};
