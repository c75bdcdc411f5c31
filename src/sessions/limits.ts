/**
 * Erasing of conversations, asked for or because they are old or too many. Runs in a transaction of
 * its caller.
 */

import type { SessionSettings } from '../config/resolved/resolved.ts';
import type { Database } from '../store/sqlite/database.ts';
import { parseColumnNumber } from '../store/sqlite/rows.ts';
import type { SessionStatement } from './layout.ts';
import { parseText } from './rows.ts';

export type SessionDatabase = Database<SessionStatement>;

/** How much is kept. */
export type SessionLimits = Pick<SessionSettings, 'keptMs' | 'maxBytes'>;

/** Whether there was one to erase. */
export function eraseSession(database: SessionDatabase, id: string): boolean {
  const dropped = database.get('dropSession', [id]);
  if (dropped !== undefined) leaveNothing(database);
  return dropped !== undefined;
}

/**
 * Erases what was not used for too long; then, while the file is too large, what was used least
 * lately.
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
 * Who uses how much of the file is not known: the texts must shrink by the share by which the file
 * is too large.
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

/** No text of what was dropped, nor its trigrams, nor a file that only it showed. */
function leaveNothing(database: SessionDatabase): void {
  database.run('dropUnattached');
  database.run('mergeIndex');
  database.all('giveBack');
}
