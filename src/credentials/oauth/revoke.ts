/** Tells the authorization server that a person logs out, so that the tokens end (RFC 7009). */

import * as oauth from 'oauth4webapi';
import type { Host } from '../../host.ts';
import { toNoGrant } from './grant.ts';
import type { Login } from './login.ts';
import { clientAuthentication, createTransport, toClient, toServer } from './server.ts';

const timeoutMs = 10_000;

export type Revocation =
  | { readonly kind: 'revoked' }
  /** The server has no revocation endpoint. */
  | { readonly kind: 'not-offered' }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Revokes the refresh token, which also ends its access tokens; without one, revokes the access
 * token.
 */
export async function revokeLogin(
  host: Pick<Host, 'dispatch' | 'clock'>,
  { server, clientId, tokens }: Login,
  signal: AbortSignal,
): Promise<Revocation> {
  const { revocationEndpoint } = server;
  if (revocationEndpoint === undefined) return { kind: 'not-offered' };
  const transport = createTransport(host, revocationEndpoint, { timeoutMs, signal });
  const [as, client] = [toServer(server), toClient(clientId)];
  const token = tokens.refresh ?? tokens.access;
  try {
    const response = await oauth.revocationRequest(
      as,
      client,
      clientAuthentication,
      token,
      transport,
    );
    await oauth.processRevocationResponse(response);
    return { kind: 'revoked' };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'failed', reason: toNoGrant(error, new URL(revocationEndpoint).origin).reason };
  }
}
