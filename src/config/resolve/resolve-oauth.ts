/**
 * Resolves `oauth:` in config, the settings for logging in at a provider. The catalogue has no
 * login servers.
 */

import { defaults } from '../../model/defaults.ts';
import type { LoginSettings } from '../../model/oauth.ts';
import type { OAuthSettings } from '../schema/oauth-schema.ts';
import type { KeyPath } from '../schema/schema.ts';
import type { ResolveContext } from './resolve-context.ts';

const addresses = [
  ['issuer', 'issuer'],
  ['deviceAuthorizationEndpoint', 'device_authorization_endpoint'],
  ['tokenEndpoint', 'token_endpoint'],
  ['revocationEndpoint', 'revocation_endpoint'],
] as const;

/** Undefined if no login is configured, and after a problem. */
export function resolveOAuth(
  context: ResolveContext,
  settings: OAuthSettings | undefined,
  path: KeyPath,
): LoginSettings | undefined {
  if (settings === undefined) return undefined;
  const places = listPlaces(context, settings, path);
  const { client_id: clientId, scopes = places.issuer === undefined ? [] : defaults.loginScopes } =
    settings;
  if (clientId !== undefined && isReachable(places)) return { ...places, clientId, scopes };
  const [message, fix] =
    clientId === undefined
      ? ['names no client', 'write client_id: the id under which Holdfast is registered there']
      : ['names no server', 'write issuer, or token_endpoint and device_authorization_endpoint'];
  context.findings.problem(path, message, fix);
  return undefined;
}

type LoginPlaces = Omit<LoginSettings, 'clientId' | 'scopes'>;

function isReachable({ issuer, tokenEndpoint, deviceAuthorizationEndpoint }: LoginPlaces): boolean {
  return (
    issuer !== undefined ||
    (tokenEndpoint !== undefined && deviceAuthorizationEndpoint !== undefined)
  );
}

function listPlaces(context: ResolveContext, settings: OAuthSettings, path: KeyPath): LoginPlaces {
  return Object.fromEntries(
    addresses.flatMap(([name, key]) => {
      const address = settings[key];
      return address !== undefined && isAllowed(context, address, [...path, key])
        ? [[name, address]]
        : [];
    }),
  );
}

/** Requires https, or http on this machine: tokens must not travel unencrypted. */
function isAllowed({ findings }: ResolveContext, address: string, path: KeyPath): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isLoopback =
    url !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return true;
  const message = url === undefined ? 'is not an address' : 'would send tokens in the clear';
  findings.problem(path, message, 'write https://host/path');
  return false;
}
