/**
 * A request with its caller's own login (law 12): what the caller wrote goes to the vendor as it
 * came. Vendors count a request for a plan only where its headers and its query are their program's
 * own.
 */

import type { CallerLogin } from '../model/credential.ts';
import type { Headers, WireBody } from '../model/request.ts';
import { connectionHeaders, keyHeaders } from '../model/wire-headers.ts';

/** Speak of one connection, of the way to this gateway, or of a browser's sessions with it. */
const ofThisHop = new Set([...connectionHeaders, 'cookie', 'forwarded', 'via', 'x-real-ip']);

/** May hold a key: only those that are known to carry the login cross. */
const ofKeys = new Set(keyHeaders);

interface CallerRequest {
  readonly clientHeaders: Headers;
  readonly body?: WireBody | undefined;
}

/** Returns its end-to-end headers, and the path with its query. */
export function asCallerSent(
  path: string,
  { clientHeaders: headers, body }: CallerRequest,
  { names, query, packed }: CallerLogin,
): { readonly headers: Headers; readonly path: string } {
  const named = (headers['connection'] ?? '').toLowerCase().split(/[\s,]+/);
  const sent = Object.entries(headers).filter(([name]) => {
    if (ofKeys.has(name)) return names.includes(name);
    return !ofThisHop.has(name) && !named.includes(name) && !isOurs(name);
  });
  const parts = query.split('&').filter((part) => part !== '' && !/^(key|%6bey)=/i.test(part));
  return {
    headers: {
      ...Object.fromEntries(sent),
      ...(packed !== undefined && packed.bytes === body && { 'content-encoding': packed.encoding }),
    },
    path: parts.length === 0 ? path : `${path}?${parts.join('&')}`,
  };
}

function isOurs(name: string): boolean {
  return name.startsWith('x-holdfast-') || name.startsWith('x-forwarded-');
}
