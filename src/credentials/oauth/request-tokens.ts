/**
 * Sends one refresh token and reads what comes back; says whether the server refused it for good,
 * or nothing is known.
 */

import * as oauth from 'oauth4webapi';
import type { Host } from '../../host.ts';
import { type Grant, toGrant, toNoGrant } from './grant.ts';
import type { Login } from './login.ts';
import { clientAuthentication, createTransport, toClient, toServer } from './server.ts';

/** A token request is over before its lock ends, whatever the server does. */
const requestTimeoutMs = 10_000;

export type GrantResult =
  | { readonly kind: 'granted'; readonly grant: Grant }
  /** The refresh token is good for nothing, says the server: `invalid_grant`. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nothing is known: the network, the server, or an answer that does not fit. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Never cancelled once it was sent: an answer that nobody takes would lose the new refresh token.
 */
export async function requestTokens(
  host: Pick<Host, 'dispatch' | 'clock'>,
  { server, clientId }: Login,
  refreshToken: string,
): Promise<GrantResult> {
  const { tokenEndpoint } = server;
  const requestedAt = host.clock.now();
  const transport = createTransport(host, tokenEndpoint, { timeoutMs: requestTimeoutMs });
  const [as, client] = [toServer(server), toClient(clientId)];
  try {
    const response = await oauth.refreshTokenGrantRequest(
      as,
      client,
      clientAuthentication,
      refreshToken,
      transport,
    );
    const answer = await oauth.processRefreshTokenResponse(as, client, response);
    return { kind: 'granted', grant: toGrant(answer, requestedAt) };
  } catch (error) {
    const { code, reason } = toNoGrant(error, new URL(tokenEndpoint).origin);
    return { kind: code === 'invalid_grant' ? 'refused' : 'failed', reason };
  }
}
