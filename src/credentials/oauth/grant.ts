/**
 * Reads a token endpoint's answer: tokens and their account, or why there are none. Sends nothing.
 */

import * as oauth from 'oauth4webapi';
import type { Tokens } from './login.ts';
import { ServerUnreachable } from './oauth-fetch.ts';

export interface Grant {
  readonly tokens: Tokens;
  /** Comes from the id token, if there is one. */
  readonly subject?: string;
  /** The account's mail address or user name. */
  readonly accountName?: string;
}

/**
 * `requestedAt` is the time before the request, so that no token counts as good for longer than it
 * is.
 */
export function toGrant(answer: oauth.TokenEndpointResponse, requestedAt: number): Grant {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const name = [claims?.['email'], claims?.['preferred_username']].find(
    (one) => typeof one === 'string',
  );
  const { access_token, refresh_token, id_token, scope, expires_in } = answer;
  return {
    tokens: {
      access: access_token,
      ...(refresh_token === undefined ? {} : { refresh: refresh_token }),
      ...(id_token === undefined ? {} : { id: id_token }),
      ...(scope === undefined ? {} : { scope }),
      receivedAt: requestedAt,
      ...(expires_in === undefined ? {} : { expiresAt: requestedAt + expires_in * 1000 }),
    },
    ...(claims === undefined ? {} : { subject: claims.sub }),
    ...(typeof name === 'string' ? { accountName: name } : {}),
  };
}

export interface NoGrant {
  /**
   * The server's own code, such as `invalid_grant` or `authorization_pending`; absent if it sent
   * none.
   */
  readonly code?: string;
  /** One sentence without our secrets; it quotes the server's own words. */
  readonly reason: string;
  /** The server is in trouble itself, or cannot be reached: it has judged nothing. */
  readonly isDown?: true;
}

/** Throws errors that neither the server nor the network caused. */
export function toNoGrant(error: unknown, origin: string): NoGrant {
  if (error instanceof ServerUnreachable) return { reason: error.message, isDown: true };
  if (error instanceof oauth.ResponseBodyError) {
    const { error: code, error_description: said } = error;
    return { code, reason: `${origin} answered ${code}${said === undefined ? '' : `: "${said}"`}` };
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    const code = error.cause[0]?.parameters['error'];
    return {
      ...(code === undefined ? {} : { code }),
      reason: `${origin} answered ${code ?? error.status}`,
    };
  }
  if (
    error instanceof oauth.OperationProcessingError ||
    error instanceof oauth.UnsupportedOperationError
  ) {
    return describeUnfit(error, origin);
  }
  throw error;
}

/** An answer that the protocol does not have. */
function describeUnfit({ cause, message }: Error, origin: string): NoGrant {
  // what a server in trouble sends is no answer of its own
  if (cause instanceof Response && (cause.status >= 500 || cause.status === 429))
    return { reason: `${origin} answered ${cause.status}`, isDown: true };
  const status = cause instanceof Response ? ` (HTTP ${cause.status})` : '';
  return { reason: `${origin}: ${message}${status}` };
}
