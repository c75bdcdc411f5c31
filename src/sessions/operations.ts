/** The operations of the session store, one transaction each. Synchronous. */

import { hash } from 'node:crypto';
import { StoreError } from '../errors.ts';
import { parseColumnNumber } from '../store/sqlite/rows.ts';
import type { SessionDatabase } from './limits.ts';
import * as rows from './rows.ts';
import type { NewTurn, Session, SessionHead, SessionHit, TitleRank } from './session.ts';
import { deriveTitle, mayReplace, toOneLine } from './title.ts';

/** Returns the turn's number. */
export function addTurn(
  database: SessionDatabase,
  id: string,
  { attachments = [], state = 'whole', ...said }: NewTurn & { readonly at: number },
): number {
  const { key: session, title } = findSessionRow(database, id);
  const number = parseColumnNumber(database.get('nextNumber', [session]), 'value');
  const key = writeTurn(database, { ...said, session, number, state });
  for (const [position, { name, mediaType, bytes }] of attachments.entries()) {
    const digest = hash('sha256', bytes);
    database.run('writeAttachment', [digest, bytes]);
    database.run('attach', [key, position, digest, name, mediaType]);
  }
  if (said.role === 'user' && title === '')
    setTitle(database, id, { title: deriveTitle(said.text), rank: 'derived' });
  return number;
}

/** Replaces the turn with the same number. */
export function replaceTurn(
  database: SessionDatabase,
  id: string,
  turn: Omit<rows.PlacedTurn, 'session'>,
): void {
  writeTurn(database, { ...turn, session: findSessionRow(database, id).key });
}

function findSessionRow(
  database: SessionDatabase,
  id: string,
): { readonly key: number; readonly title: string } {
  const row = database.get('readSession', [id]);
  if (row !== undefined)
    return { key: parseColumnNumber(row, 'key'), title: rows.parseText(row, 'title') };
  throw new StoreError('store-failed', `the session ${id} is no longer there: it was deleted`);
}

/** Returns the row's key. */
function writeTurn(database: SessionDatabase, turn: rows.PlacedTurn): number {
  database.run('noteUse', [turn.at, turn.session]);
  return parseColumnNumber(database.get('writeTurn', rows.toTurnRow(turn)), 'value');
}

export function setTitle(
  database: SessionDatabase,
  id: string,
  { title, rank }: { readonly title: string; readonly rank: TitleRank },
): boolean {
  const row = database.get('readSession', [id]);
  if (row === undefined || !mayReplace(rows.parseRank(row), rank)) return false;
  database.run('writeTitle', [toOneLine(title), rank, parseColumnNumber(row, 'key')]);
  return true;
}

export function findSession(database: SessionDatabase, reference: string): SessionHead | undefined {
  const isLast = reference === 'last';
  const found = isLast
    ? database.all('listHeads', [1])
    : database.all('findHeads', [reference, reference]);
  const [first] = found;
  return found.length === 1 && first !== undefined ? rows.parseHead(first) : undefined;
}

export function readSession(database: SessionDatabase, id: string): Session | undefined {
  const row = database.get('readSession', [id]);
  if (row === undefined) return undefined;
  const key = parseColumnNumber(row, 'key');
  const attached = database.all('readAttached', [key]);
  const said = database.all('readTurns', [key]).map((turn) => rows.parseTurn(turn, attached));
  return { ...readSessionHead(database, key), said };
}

function readSessionHead(database: SessionDatabase, key: number): SessionHead {
  return rows.parseHead(database.get('readHead', [key]) ?? {});
}

/** Returns titles first, then turns, the latest first. */
export function searchMessages(
  database: SessionDatabase,
  words: string,
  limit: number,
): readonly SessionHit[] {
  const titles = database.all('searchTitles', [words, limit]).map((row): SessionHit => {
    const session = rows.parseHead(row);
    return { session, excerpt: cutExcerpt(session.title, words) };
  });
  const turns = database.all('searchTurns', [words, words, limit]).map((row): SessionHit => {
    const { session, text, ...turn } = rows.parseFoundTurn(row);
    return { session: readSessionHead(database, session), turn, excerpt: cutExcerpt(text, words) };
  });
  return [...titles, ...turns].slice(0, limit);
}

/** Number of characters shown before and after. */
const around = 40;

/**
 * Cuts the text around the words that a search found, on one line; its beginning if they do not
 * occur literally.
 */
function cutExcerpt(text: string, words: string): string {
  const quoted = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const at = Math.max(0, text.search(new RegExp(quoted, 'i')));
  const [start, end] = [
    Math.max(0, at - around),
    Math.min(text.length, at + words.length + around),
  ];
  // half of a surrogate pair
  const plain = text.slice(start, end).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
  return `${start > 0 ? '…' : ''}${toOneLine(plain)}${end < text.length ? '…' : ''}`;
}
