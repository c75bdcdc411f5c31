/**
 * The authorization server in the form of oauth4webapi: discovered from its issuer, or built from
 * known endpoints.
 */

import * as oauth from 'oauth4webapi';
import type { Host } from '../../host.ts';
import type { LoginSettings } from '../../model/oauth.ts';
import type { LoginServer } from './login.ts';
import { createOAuthFetch, type OAuthFetch, type RequestLimits } from './oauth-fetch.ts';

/** A public client sends its id and has no secret. */
export const clientAuthentication: oauth.ClientAuth = oauth.None();

/** Clocks of two machines may differ by this much. */
const toleranceSeconds = 60;

const discoveryTimeoutMs = 15_000;

export function toClient(clientId: string): oauth.Client {
  return {
    client_id: clientId,
    token_endpoint_auth_method: 'none',
    [oauth.clockTolerance]: toleranceSeconds,
  };
}

/**
 * Builds the options of each request: our dispatch, its limits, and plain `http` for loopback only.
 */
export function createTransport(
  host: Pick<Host, 'dispatch' | 'clock'>,
  url: string,
  limits: RequestLimits,
): { readonly [oauth.customFetch]: OAuthFetch; readonly [oauth.allowInsecureRequests]: boolean } {
  return {
    [oauth.customFetch]: createOAuthFetch(host, limits),
    [oauth.allowInsecureRequests]: isLoopbackUrl(url),
  };
}

/** Throws `ServerUnreachable`, or what oauth4webapi throws for a document that does not fit. */
export async function findServer(
  host: Pick<Host, 'dispatch' | 'clock'>,
  settings: LoginSettings,
  signal: AbortSignal,
): Promise<oauth.AuthorizationServer> {
  const { issuer, tokenEndpoint, deviceAuthorizationEndpoint, revocationEndpoint } = settings;
  const isKnown = tokenEndpoint !== undefined && deviceAuthorizationEndpoint !== undefined;
  const found = issuer === undefined || isKnown ? undefined : await discover(host, issuer, signal);
  return {
    ...(found ?? { issuer: issuer ?? new URL(tokenEndpoint ?? '').origin }),
    ...(tokenEndpoint === undefined ? {} : { token_endpoint: tokenEndpoint }),
    ...(deviceAuthorizationEndpoint === undefined
      ? {}
      : { device_authorization_endpoint: deviceAuthorizationEndpoint }),
    ...(revocationEndpoint === undefined ? {} : { revocation_endpoint: revocationEndpoint }),
  };
}

/** Tries the OpenID Connect document first, then RFC 8414. */
async function discover(
  host: Pick<Host, 'dispatch' | 'clock'>,
  issuer: string,
  signal: AbortSignal,
): Promise<oauth.AuthorizationServer> {
  const transport = createTransport(host, issuer, { timeoutMs: discoveryTimeoutMs, signal });
  const url = new URL(issuer);
  const ask = (algorithm: 'oidc' | 'oauth2'): Promise<Response> =>
    oauth.discoveryRequest(url, { algorithm, ...transport });
  const first = await ask('oidc');
  const response = first.status === 404 ? await ask('oauth2') : first;
  return oauth.processDiscoveryResponse(url, response);
}

/** Returns what a login stores of its server: enough to renew and revoke without discovery. */
export function keepServer(server: oauth.AuthorizationServer): LoginServer | undefined {
  if (server.token_endpoint === undefined) return undefined;
  const algorithms = server.id_token_signing_alg_values_supported;
  return {
    issuer: server.issuer,
    tokenEndpoint: server.token_endpoint,
    revocationEndpoint: server.revocation_endpoint,
    idTokenAlgorithms: algorithms && [...algorithms],
  };
}

export function toServer(kept: LoginServer): oauth.AuthorizationServer {
  return {
    issuer: kept.issuer,
    token_endpoint: kept.tokenEndpoint,
    ...(kept.revocationEndpoint === undefined
      ? {}
      : { revocation_endpoint: kept.revocationEndpoint }),
    ...(kept.idTokenAlgorithms === undefined
      ? {}
      : { id_token_signing_alg_values_supported: [...kept.idTokenAlgorithms] }),
  };
}

/** True for this machine alone: only there is plain http allowed. */
function isLoopbackUrl(url: string): boolean {
  return /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/i.test(url);
}
