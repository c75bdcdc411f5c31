/** How people log in at a provider: its catalogue entry, changed by `oauth:` in config. */

import { defaults } from '../../model/defaults.ts';
import type { LoginSettings } from '../../model/oauth.ts';
import type { ProviderEntry } from '../../providers/entry.ts';
import type { OAuthSettings } from '../schema/oauth-schema.ts';
import type { KeyPath } from '../schema/schema.ts';
import type { ResolveContext } from './resolve-context.ts';

const addresses = [
  ['issuer', 'issuer'],
  ['deviceAuthorizationEndpoint', 'device_authorization_endpoint'],
  ['tokenEndpoint', 'token_endpoint'],
  ['revocationEndpoint', 'revocation_endpoint'],
] as const;

/** Nothing where nobody can log in, and after a problem. */
export function resolveOAuth(
  context: ResolveContext,
  entry: ProviderEntry,
  { settings, path }: { readonly settings: OAuthSettings | undefined; readonly path: KeyPath },
): { readonly oauth?: LoginSettings } {
  if (settings === undefined && entry.oauth === undefined) return {};
  const own = settings ?? {};
  const clientId = own.client_id ?? entry.oauth?.clientId;
  const places = listPlaces(context, entry, { settings: own, path });
  if (clientId !== undefined && isReachable(places)) {
    const scopes =
      own.scopes ?? entry.oauth?.scopes ?? (places.issuer === undefined ? [] : defaults.loginScopes);
    return { oauth: { ...places, clientId, scopes } };
  }
  if (settings !== undefined) complain(context, path, clientId === undefined);
  return {};
}

function complain({ findings }: ResolveContext, path: KeyPath, lacksClient: boolean): void {
  if (lacksClient) {
    const howToFix = 'write client_id: the id under which Holdfast is registered there';
    findings.problem(path, 'names no client', howToFix);
  } else {
    const howToFix = 'write issuer, or token_endpoint and device_authorization_endpoint';
    findings.problem(path, 'names no server', howToFix);
  }
}

type LoginPlaces = Omit<LoginSettings, 'clientId' | 'scopes'>;

function isReachable({ issuer, tokenEndpoint, deviceAuthorizationEndpoint }: LoginPlaces): boolean {
  return issuer !== undefined || (tokenEndpoint !== undefined && deviceAuthorizationEndpoint !== undefined);
}

/** The addresses of the server: all from config if it names one of them, otherwise all from the entry. */
function listPlaces(
  context: ResolveContext,
  { oauth: known }: ProviderEntry,
  { settings, path }: { readonly settings: OAuthSettings; readonly path: KeyPath },
): LoginPlaces {
  const isOwn = addresses.some(([, key]) => settings[key] !== undefined);
  return Object.fromEntries(
    addresses.flatMap(([name, key]) => {
      const address = isOwn ? settings[key] : known?.[name];
      return address !== undefined && isAllowed(context, address, [...path, key]) ? [[name, address]] : [];
    }),
  );
}

/** Only https, or http on this machine: tokens must not travel in the clear. */
function isAllowed({ findings }: ResolveContext, address: string, path: KeyPath): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return true;
  const message = url === undefined ? 'is no address' : 'would send tokens in the clear';
  findings.problem(path, message, 'write https://host/path');
  return false;
}
