/**
 * Finds the session that a user has named: by its id, the start of its id, or `last`. Throws
 * `AccessError` if none or several match.
 */

import { AccessError } from '../errors.ts';
import type { Session, SessionHead } from './session.ts';
import type { SessionStore } from './store.ts';
import { describeErased, findUnkept } from './unkept.ts';

/** What was named is not there, for which a setting may be the cause. */
export class NoSession extends AccessError {}

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
    return new NoSession('request-invalid', 'no session is stored yet', {
      fix: 'start one: holdfast chat',
    });
  return new NoSession(
    'request-invalid',
    `no session, or more than one, begins with ${reference}`,
    {
      fix: 'look at the ids: holdfast sessions list',
    },
  );
}

/** Names the setting that keeps it from being there, or `elsewhere`, where others are. */
export function blameSetting(
  { message, fix }: NoSession,
  config: Parameters<typeof findUnkept>[0],
  elsewhere: string | undefined,
): NoSession {
  const unkept = findUnkept(config);
  if (unkept !== undefined)
    return new NoSession('request-invalid', `${message}: ${unkept.what}`, { fix: unkept.fix });
  const told = [message, describeErased(config), elsewhere].filter(Boolean).join('; ');
  return new NoSession('request-invalid', told, { fix });
}
