/**
 * The source of a login's access token: its entry in `credentials.json`, renewed when it is due.
 */

import { assertNever } from '../../errors.ts';
import type { Credential } from '../../model/credential.ts';
import type { Logins, TokenState } from '../oauth/logins.ts';
import type { Finding, LocatorOf, Source } from './source.ts';

export function createOAuthSource(
  logins: Logins,
): (credential: Credential, locator: LocatorOf<'oauth'>) => Source {
  return ({ origin }, { id }) => ({
    peek: () => findToken(logins.look({ id, origin }), id),
    examine: () => {
      const state = logins.look({ id, origin });
      return state.kind === 'due' && !state.isUsable ? 'pending' : settleToken(state, id);
    },
    read: async (signal) => settleToken(await logins.read({ id, origin }, signal), id),
    reread: async (refused, signal) =>
      settleToken(await logins.reread({ id, origin }, refused, signal), id),
  });
}

function findToken(state: TokenState, id: string): Finding | 'pending' {
  return state.kind === 'due' ? 'pending' : settleToken(state, id);
}

/** Settles a token that could not be renewed: one that still works is used. */
function settleToken(state: TokenState, id: string): Finding {
  const lookedIn = [`login ${id} in credentials.json`];
  switch (state.kind) {
    case 'good':
    case 'due': {
      const { label, tokens } = state.login;
      const heldAt = `credentials.json login ${label}`;
      return { state: 'found', value: tokens.access, at: { foundAt: heldAt, heldAt } };
    }
    case 'ended':
      return {
        state: 'failed',
        lookedIn,
        detail: state.detail,
        ...(state.isRevoked ? { isRevoked: true } : {}),
        ...(state.fix && { fix: state.fix }),
      };
    case 'gone':
      return state.problem === undefined
        ? { state: 'unset', lookedIn }
        : { state: 'failed', lookedIn, detail: state.problem };
    default:
      return assertNever(state);
  }
}
