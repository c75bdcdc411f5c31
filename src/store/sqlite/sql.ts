/**
 * Contains all SQL of the state file: its schema, one migration per version, and the statements.
 */

import type { TableLayout } from './layout.ts';

/** Times are REAL, so that any number is read back as a number. */
export const migrations: readonly string[] = [
  `CREATE TABLE marks (
     key TEXT PRIMARY KEY,
     cause TEXT NOT NULL,
     origin TEXT, account TEXT, fingerprint TEXT, model TEXT,
     since REAL NOT NULL,
     until REAL NOT NULL,
     end_set_by TEXT NOT NULL CHECK (end_set_by IN ('provider', 'ours')),
     strikes INTEGER NOT NULL,
     evidence TEXT NOT NULL,
     known_fingerprints TEXT CHECK (json_valid(known_fingerprints))
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE proven (
     origin TEXT, fingerprint TEXT,
     at REAL NOT NULL,
     PRIMARY KEY (origin, fingerprint)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE tombstones (
     sequence INTEGER PRIMARY KEY,
     origin TEXT, account TEXT, fingerprint TEXT, model TEXT,
     at REAL NOT NULL
   ) STRICT;
   CREATE TABLE probes (
     mark_key TEXT PRIMARY KEY,
     owner TEXT NOT NULL,
     expires_at REAL NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE locks (
     name TEXT PRIMARY KEY,
     owner TEXT NOT NULL,
     fence INTEGER NOT NULL,
     expires_at REAL NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE bound_ids (
     id TEXT PRIMARY KEY,
     origin TEXT NOT NULL,
     account TEXT NOT NULL,
     at REAL NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE records (
     sequence INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     at REAL NOT NULL,
     body TEXT NOT NULL CHECK (json_valid(body))
   ) STRICT;
   CREATE INDEX records_by_time ON records (at, sequence);
   CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   INSERT INTO counters VALUES ('health', 0), ('fence', 0);`,
  `ALTER TABLE marks ADD COLUMN operation TEXT;
   ALTER TABLE tombstones ADD COLUMN operation TEXT;`,
  `DROP TABLE locks;
   DELETE FROM counters WHERE name = 'fence';`,
  `ALTER TABLE records ADD COLUMN kind TEXT NOT NULL DEFAULT 'other';
   ALTER TABLE records ADD COLUMN task TEXT NOT NULL DEFAULT 'main';
   ALTER TABLE records ADD COLUMN caller TEXT NOT NULL DEFAULT '';
   UPDATE records SET task = body ->> 'task', kind = CASE
     WHEN body ->> 'outcome' IN ('failed', 'broken') THEN 'failed'
     WHEN body ->> 'outcome' = 'client-gone' THEN 'other'
     WHEN EXISTS (SELECT 1 FROM json_each(body, '$.attempts') WHERE value ->> 'failure' IS NOT NULL) THEN 'rescued'
     WHEN EXISTS (SELECT 1 FROM json_each(body, '$.skipped') WHERE value ->> 'cause' NOT IN ('auth-missing', 'protocol', 'bound-to-account')) THEN 'rescued'
     WHEN json_array_length(body, '$.notes') > 0 THEN 'other'
     WHEN EXISTS (SELECT 1 FROM json_each(body, '$.skipped') WHERE value ->> 'cause' <> 'auth-missing') THEN 'other'
     ELSE 'plain' END;
   DROP INDEX records_by_time;
   CREATE INDEX records_by_time ON records (at, sequence, kind, task, caller);
   CREATE INDEX records_by_group ON records ((kind = 'plain'), at, sequence);
   CREATE TABLE usage (
     day TEXT, caller TEXT, task TEXT, target TEXT, purpose TEXT,
     requests REAL NOT NULL,
     input_tokens REAL NOT NULL,
     output_tokens REAL NOT NULL,
     cached_tokens REAL NOT NULL,
     usd REAL NOT NULL,
     unpriced REAL NOT NULL,
     PRIMARY KEY (day, caller, task, target, purpose)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE spending (
     budget TEXT, since REAL,
     usd REAL NOT NULL,
     tokens REAL NOT NULL,
     requests REAL NOT NULL,
     PRIMARY KEY (budget, since)
   ) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE marks ADD COLUMN site TEXT;
   ALTER TABLE tombstones ADD COLUMN site TEXT;
   ALTER TABLE proven RENAME COLUMN origin TO place;`,
  'ALTER TABLE marks ADD COLUMN speaker TEXT CHECK (json_valid(speaker))',
  // Fields of a record have got plainer names. A quoted text has a backslash before each quote.
  `UPDATE records SET body = replace(replace(replace(replace(body,
     '"mends":[', '"fixes":['),
     '"gist":"', '"summary":"'),
     '"cause":"benched"', '"cause":"held-back"'),
     '"rests":{', '"heldBack":{')
   WHERE kind <> 'plain'`,
  `CREATE TABLE proven_at (
     site TEXT, model TEXT, fingerprint TEXT,
     at REAL NOT NULL,
     PRIMARY KEY (site, model, fingerprint)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO proven_at SELECT
     substr(place, 1, instr(place || ' ', ' ') - 1), substr(place, instr(place || ' ', ' ') + 1), fingerprint, max(at)
     FROM proven GROUP BY 1, 2, 3;
   DROP TABLE proven;
   ALTER TABLE proven_at RENAME TO proven;`,
  `CREATE TABLE moved (
     conversation TEXT PRIMARY KEY,
     credential TEXT NOT NULL,
     until REAL NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE bound_ids ADD COLUMN maker TEXT;
   ALTER TABLE bound_ids ADD COLUMN lasting INTEGER NOT NULL DEFAULT 0;`,
  `CREATE TABLE series (
     step TEXT, at REAL, caller TEXT, target TEXT,
     sums TEXT NOT NULL CHECK (json_valid(sums)),
     PRIMARY KEY (step, at, caller, target)
   ) STRICT, WITHOUT ROWID;`,
  'ALTER TABLE marks ADD COLUMN named_until REAL',
  `CREATE TABLE limits (
     key TEXT PRIMARY KEY,
     as_of REAL NOT NULL,
     until REAL NOT NULL,
     body TEXT NOT NULL CHECK (json_valid(body))
   ) STRICT, WITHOUT ROWID;`,
  // Of the log of a fleet: how far it was applied, what was applied last, and what it lacks.
  `CREATE TABLE fleet (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     epoch TEXT NOT NULL,
     position INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE applied (
     id TEXT PRIMARY KEY,
     position INTEGER NOT NULL,
     body TEXT NOT NULL CHECK (json_valid(body)),
     result TEXT NOT NULL CHECK (json_valid(result))
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX applied_by_position ON applied (position);
   CREATE TABLE outbox (
     sequence INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     body TEXT NOT NULL CHECK (json_valid(body))
   ) STRICT;`,
  `CREATE TABLE sealed (
     name TEXT PRIMARY KEY,
     version INTEGER NOT NULL,
     box TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
];

/** The cause may be one of a newer version: readers treat an unknown cause as having no window. */
const marks = `SELECT key, cause, origin, site, account, fingerprint, model, operation, since, until, end_set_by AS endSetBy, named_until AS namedUntil,
     strikes, evidence, speaker, known_fingerprints AS knownFingerprints FROM marks`;

const statements = {
  readCounter: 'SELECT value FROM counters WHERE name = ?',
  raiseCounter: 'UPDATE counters SET value = value + 1 WHERE name = ? RETURNING value',

  readMarks: marks,
  readMark: `${marks} WHERE key = ?`,
  writeMark:
    'INSERT OR REPLACE INTO marks (key, cause, origin, site, account, fingerprint, model, operation, since, until, end_set_by, named_until, strikes, evidence, speaker, known_fingerprints) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  dropMark: 'DELETE FROM marks WHERE key = ?',
  readForgottenMarks:
    'SELECT key FROM marks WHERE until <= ? ORDER BY until DESC LIMIT -1 OFFSET ?',
  countMarks: 'SELECT count(*) AS value FROM marks',
  readSurplusMarks:
    'SELECT key FROM marks WHERE key <> ? ORDER BY since > ? OR until - since > ?, until DESC, key LIMIT -1 OFFSET ?',

  readProven: 'SELECT * FROM proven',
  writeProven:
    'INSERT INTO proven VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > at',
  dropForgottenProven: 'DELETE FROM proven WHERE at <= ?',

  readMoved: 'SELECT * FROM moved',
  writeMoved: 'INSERT OR REPLACE INTO moved VALUES (?, ?, ?)',
  dropEndedMoved: 'DELETE FROM moved WHERE until <= ?',
  dropSurplusMoved:
    'DELETE FROM moved WHERE conversation IN (SELECT conversation FROM moved ORDER BY until DESC, conversation LIMIT -1 OFFSET ?)',

  readLimits: 'SELECT body FROM limits',
  writeLimit: `INSERT INTO limits VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET
     as_of = excluded.as_of, until = excluded.until, body = excluded.body
     WHERE excluded.as_of >= as_of OR as_of > ?5`,
  dropEndedLimits: 'DELETE FROM limits WHERE until <= ?',
  dropSurplusLimits:
    'DELETE FROM limits WHERE key IN (SELECT key FROM limits ORDER BY until DESC, key LIMIT -1 OFFSET ?)',

  readTombstones:
    'SELECT origin, site, account, fingerprint, model, operation, at FROM tombstones ORDER BY sequence',
  writeTombstone:
    'INSERT INTO tombstones (origin, site, account, fingerprint, model, operation, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  dropTombstonesOutside: 'DELETE FROM tombstones WHERE at <= ? OR at >= ?',

  readProbe: 'SELECT owner, expires_at AS expiresAt FROM probes WHERE mark_key = ?',
  writeProbe: 'INSERT OR REPLACE INTO probes VALUES (?, ?, ?)',
  dropProbe: 'DELETE FROM probes WHERE mark_key = ?',
  dropProbeOf: 'DELETE FROM probes WHERE mark_key = ? AND owner = ?',
  dropProbesOutside: 'DELETE FROM probes WHERE expires_at <= ? OR expires_at > ?',

  readSealed: "SELECT * FROM sealed WHERE box <> '' ORDER BY name",
  readSealedAndLogs: 'SELECT * FROM sealed ORDER BY name',
  writeSealed: `INSERT INTO sealed VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
     version = excluded.version, box = excluded.box WHERE excluded.version > version RETURNING name`,

  writeBoundId: `INSERT INTO bound_ids (id, origin, account, at, maker, lasting) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     origin = excluded.origin, account = excluded.account, at = excluded.at, lasting = max(lasting, excluded.lasting)`,
  readBoundId: 'SELECT * FROM bound_ids WHERE id = ?',
  takeBoundId: 'DELETE FROM bound_ids WHERE id = ? RETURNING *',
  dropForgottenBoundIds: 'DELETE FROM bound_ids WHERE at <= iif(lasting, ?, ?)',

  writeRecord:
    'INSERT OR REPLACE INTO records (id, at, body, kind, task, caller) VALUES (?, ?, ?, ?, ?, ?)',
  findRecord: 'SELECT body FROM records WHERE id = ?',
  findRecords: `SELECT body FROM records WHERE at >= ?1 AND at < ?2
     AND kind = ifnull(?3, kind) AND task = ifnull(?4, task) AND caller = ifnull(?5, caller)
     AND (?6 IS NULL OR body ->> 'session' = ?6) AND (?7 IS NULL OR body ->> 'agent' = ?7)
     AND (?8 IS NULL OR ifnull(body ->> 'answeredBy', body ->> '$.attempts[#-1].target') = ?8)
     AND (?9 IS NULL OR at + (body ->> 'durationMs') >= ?9) AND (?10 IS NULL OR at + (body ->> 'durationMs') < ?10)
     ORDER BY at DESC, sequence DESC LIMIT ?11`,
  restoreRecords:
    "UPDATE records SET at = body ->> 'at' WHERE at < body ->> 'at' AND body ->> 'at' <= ?",
  moveAheadRecords: 'UPDATE records SET at = ? WHERE at > ?',
  readLatestRecord: 'SELECT max(at) AS value FROM records',
  dropForgottenRecords: 'DELETE FROM records WHERE at <= ?',
  dropSurplusRecords:
    "DELETE FROM records WHERE sequence IN (SELECT sequence FROM records WHERE (kind = 'plain') = ? ORDER BY at DESC, sequence DESC LIMIT -1 OFFSET ?)",

  addUsage: `INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     requests = requests + excluded.requests, input_tokens = input_tokens + excluded.input_tokens,
     output_tokens = output_tokens + excluded.output_tokens, cached_tokens = cached_tokens + excluded.cached_tokens,
     usd = usd + excluded.usd, unpriced = unpriced + excluded.unpriced`,
  readUsage: `SELECT day, caller, task, target, purpose, requests, input_tokens AS inputTokens,
     output_tokens AS outputTokens, cached_tokens AS cachedTokens, usd, unpriced FROM usage
     WHERE day >= ? AND day <= ? AND caller = ifnull(?, caller) AND task = ifnull(?, task)
     ORDER BY day, caller, task, target, purpose`,
  readLatestUsage: 'SELECT max(day) AS value FROM usage',
  dropForgottenUsage: 'DELETE FROM usage WHERE day <= ?',

  readOneSeries: 'SELECT * FROM series WHERE step = ? AND at = ? AND caller = ? AND target = ?',
  countSeries:
    'SELECT count(*) AS value FROM series WHERE step = ? AND at = ? AND NOT (caller = ? AND target = ?)',
  writeSeries: 'INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?)',
  readSeries: `SELECT * FROM series WHERE step = ? AND at >= ? AND at < ? ORDER BY at, caller, target`,
  dropForgottenSeries: 'DELETE FROM series WHERE step = ? AND (at <= ? OR at > ?)',

  addSpending: `INSERT INTO spending VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
     usd = usd + excluded.usd, tokens = tokens + excluded.tokens, requests = requests + excluded.requests
     RETURNING *`,
  readSpending: 'SELECT * FROM spending ORDER BY budget, since',
  dropSurplusSpending:
    'DELETE FROM spending WHERE budget = ?1 AND since <> ?2 AND since < (SELECT since FROM spending WHERE budget = ?1 ORDER BY since DESC LIMIT 1 OFFSET ?3)',

  readFleet: 'SELECT epoch, position FROM fleet',
  writeFleet: 'INSERT OR REPLACE INTO fleet VALUES (1, ?, ?)',
  readApplied: 'SELECT result FROM applied WHERE id = ?',
  readAppliedSince: 'SELECT position, body FROM applied WHERE position > ? ORDER BY position, id',
  writeApplied: 'INSERT OR REPLACE INTO applied VALUES (?, ?, ?, ?)',
  dropOldApplied: 'DELETE FROM applied WHERE position <= ?',
  readOutbox: 'SELECT body FROM outbox ORDER BY sequence',
  writeOutbox: 'INSERT OR IGNORE INTO outbox (id, body) VALUES (?, ?)',
  dropOutbox: 'DELETE FROM outbox WHERE id = ?',
  readProbes: 'SELECT mark_key AS key, owner, expires_at AS expiresAt FROM probes',
  emptyMarks: 'DELETE FROM marks',
  emptyProven: 'DELETE FROM proven',
  emptyTombstones: 'DELETE FROM tombstones',
  emptyMoved: 'DELETE FROM moved',
  emptyLimits: 'DELETE FROM limits',
  emptyProbes: 'DELETE FROM probes',
  emptyUsage: 'DELETE FROM usage',
  emptySealed: 'DELETE FROM sealed',
  emptySpending: 'DELETE FROM spending',
  emptyApplied: 'DELETE FROM applied',
} as const;

export type StatementName = keyof typeof statements;

export const stateLayout: TableLayout<StatementName> = {
  called: 'the state file',
  loses: 'only the marks of what is held back, and history',
  migrations,
  statements,
};
