/**
 * Erases conversations, on request or because they are old or too many. Runs in its caller's
 * transaction.
 */

import type { SessionSettings } from '../config/resolved/resolved.ts';
import type { Database } from '../store/sqlite/database.ts';
import { parseColumnNumber } from '../store/sqlite/rows.ts';
import type { SessionStatement } from './layout.ts';
import { parseText } from './rows.ts';

export type SessionDatabase = Database<SessionStatement>;

export type SessionLimits = Pick<SessionSettings, 'keptMs' | 'maxBytes'>;

/** Returns false if there was none to erase. */
export function eraseSession(database: SessionDatabase, id: string): boolean {
  const dropped = database.get('dropSession', [id]);
  if (dropped !== undefined) leaveNothing(database);
  return dropped !== undefined;
}

/**
 * Erases sessions not used for too long; then, while the file is too large, those used least
 * recently.
 */
export function enforceLimits(
  database: SessionDatabase,
  limits: SessionLimits,
  now: number,
): boolean {
  const aged = database.all('dropAged', [now - limits.keptMs]);
  if (aged.length > 0) leaveNothing(database);
  const surplus = sessionsOverLimit(database, limits.maxBytes);
  for (const id of surplus) database.get('dropSession', [id]);
  if (surplus.length > 0) leaveNothing(database);
  return aged.length + surplus.length > 0;
}

/**
 * The share of each session in the file is unknown, so its texts are cut by the ratio by which the
 * file is too large.
 */
function sessionsOverLimit(database: SessionDatabase, limit: number): readonly string[] {
  const size = database.get('readSize');
  const bytes = parseColumnNumber(size, 'pages') * parseColumnNumber(size, 'pageSize');
  if (bytes <= limit) return [];
  const share = (bytes - limit) / bytes;
  const oldest = database.all('listOldest');
  const enough = oldest.findIndex(
    (row) => parseColumnNumber(row, 'upTo') >= share * parseColumnNumber(row, 'whole'),
  );
  return oldest.slice(0, enough + 1).map((row) => parseText(row, 'id'));
}

/** Removes all text of deleted sessions, its trigrams, and files that only they used. */
function leaveNothing(database: SessionDatabase): void {
  database.run('dropUnattached');
  database.run('mergeIndex');
  database.all('giveBack');
}
