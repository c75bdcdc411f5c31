/**
 * Sends one refresh token and says whether the server gave tokens, refused for good, or left it
 * unknown.
 */

import * as oauth from 'oauth4webapi';
import type { Host } from '../../host.ts';
import { type Grant, toGrant, toNoGrant } from './grant.ts';
import type { Login } from './login.ts';
import { clientAuthentication, createTransport, toClient, toServer } from './server.ts';

/** A token request ends before its lock does, whatever the server does. */
const requestTimeoutMs = 10_000;

export type GrantResult =
  | { readonly kind: 'granted'; readonly grant: Grant }
  /** The server will never accept this refresh token again: `invalid_grant`. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The result is unknown: the network, the server, or an answer that does not fit. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isDown?: true };

/** Never cancelled once sent: an answer that nobody reads would lose the new refresh token. */
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
    const { code, ...why } = toNoGrant(error, new URL(tokenEndpoint).origin);
    return { kind: code === 'invalid_grant' ? 'refused' : 'failed', ...why };
  }
}
