/**
 * Finds the session that a user has named: by its id, the start of its id, or `last`. Throws
 * `AccessError` if none or several match.
 */

import { AccessError } from '../errors.ts';
import type { Session, SessionHead } from './session.ts';
import type { SessionStore } from './store.ts';

export async function requireSession(store: SessionStore, reference: string): Promise<SessionHead> {
  const head = await store.find(reference);
  if (head === undefined) throw noSuchSession(reference);
  return head;
}

/** Includes all its turns. */
export async function requireWhole(store: SessionStore, reference: string): Promise<Session> {
  const { id } = await requireSession(store, reference);
  const session = await store.show(id);
  if (session === undefined) throw noSuchSession(reference);
  return session;
}

function noSuchSession(reference: string): AccessError {
  if (reference === 'last')
    return new AccessError('request-invalid', 'no session is stored yet', {
      fix: 'start one: holdfast chat',
    });
  return new AccessError(
    'request-invalid',
    `no session, or more than one, begins with ${reference}`,
    {
      fix: 'look at the ids: holdfast sessions list',
    },
  );
}
