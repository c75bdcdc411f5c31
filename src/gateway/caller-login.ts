/**
 * Callers' own logins at the door (law 12): found beside a key of this gateway, or, where the
 * configuration lets them in, without one.
 */

import { isGatewayKey } from '../config/secrets/judge-secret.ts';
import { RequestError } from '../errors.ts';
import type { BroughtLogin, Headers } from '../model/request.ts';

/** The gateway's key comes here if the usual header carries the caller's login. */
export const besideHeader = 'x-holdfast-key';

/** Claude Code and Codex send theirs in the first; programs with a key of their own in either. */
const loginHeaders = ['authorization', 'x-api-key'] as const;

/** The part of a request in which a login is looked for. */
interface LoginFinds {
  readonly headers: Headers;
  readonly query: string;
}

/** Undefined if the request carries none: a key of a gateway is no login anywhere. */
export function findLogin(
  { headers, query }: LoginFinds,
  isOurs: (key: string) => boolean,
): BroughtLogin | undefined {
  const names = loginHeaders.filter((name) => {
    const secret = headers[name]?.replace(/^bearer\s+/i, '').trim() ?? '';
    return secret !== '' && !isOurs(secret) && !isGatewayKey(secret);
  });
  return names.length === 0 ? undefined : { names, query, isAlone: false };
}

/** Written by proxies: who asks is then not on this machine, or nobody knows. */
const forwarding = /^(forwarded|via|x-forwarded(-.*)?|x-real-ip|x-client-ip|cf-connecting-ip)$/;

/**
 * Admits a request without a key, for its own login alone. Undefined if it brings none; throws a
 * 403 if a proxy sent it.
 */
export function admitAlone(
  incoming: LoginFinds,
  isOurs: (key: string) => boolean,
): BroughtLogin | undefined {
  const login = findLogin(incoming, isOurs);
  if (login === undefined) return undefined;
  const proxy = Object.keys(incoming.headers).find((name) => forwarding.test(name));
  if (proxy !== undefined)
    throw new RequestError(
      'key-not-allowed',
      `the request came through a proxy (${proxy}), and without a gateway key only this machine is served`,
      { status: 403, fix: `send the gateway key in ${besideHeader}` },
    );
  return { ...login, isAlone: true };
}
