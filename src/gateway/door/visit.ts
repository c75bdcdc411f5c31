/**
 * A browser's request as the browser sees it: the address in its address bar, and whether a page of
 * another site sent it. The first check of everything that a session may do.
 */

import { isLoopback } from '../../config/resolve/resolve-gateway.ts';
import type { GatewaySettings } from '../../config/resolved/resolved.ts';
import { RequestError } from '../../errors.ts';
import type { Headers } from '../../model/request.ts';

export interface Visit {
  readonly hostname: string;
  /** What stands behind the colon of the browser's address; empty for the scheme's own port. */
  readonly port: string;
  /** As the browser writes it in `Origin`. */
  readonly origin: string;
  readonly isHttps: boolean;
  /** No network sees it in clear: https, or it does not leave the machine. */
  readonly isPrivate: boolean;
}

/**
 * The Host header was checked before. A browser always sends the host and port of its address bar,
 * and a proxy for `gateway.public_url` passes them on.
 */
export function toVisit({ host = '' }: Headers, { publicUrl }: PublicPlace): Visit {
  const isHttps = publicUrl !== undefined && new URL(publicUrl).host === host.toLowerCase();
  const url = URL.parse(`${isHttps ? 'https' : 'http'}://${host}`);
  const { hostname = '', port = '', origin = '' } = url ?? {};
  const isHere = isLoopback(hostname) || hostname.endsWith('.localhost');
  return { hostname, port, origin, isHttps, isPrivate: isHttps || isHere };
}

type PublicPlace = Pick<GatewaySettings, 'publicUrl'>;

/**
 * A browser says in `Sec-Fetch-Site` who sent a request: `none` is the person, `same-origin` our
 * own page. Browsers before 2023 do not send it. Throws a 403 for any other page.
 */
export function checkOwnPage(headers: Headers, { origin: own }: Visit): void {
  const { origin, 'sec-fetch-site': site = 'none' } = headers;
  if (site !== 'none' && site !== 'same-origin')
    throw pageForeign('a page of another site led here', 'open the address in a tab of its own');
  if (origin !== undefined && origin !== own)
    throw pageForeign(`pages of ${origin} may not use this page`, `open ${own}`);
}

/**
 * A change from a browser must come from our own page, and as JSON: a form on any page can send
 * text. Throws `RequestError`.
 */
export function checkChange(headers: Headers, { origin: own }: Visit): void {
  if (headers['origin'] !== own)
    throw pageForeign('a change must name the page that it comes from', `send Origin: ${own}`);
  if (isOfType(headers, 'application/json')) return;
  throw new RequestError('request-invalid', 'a change from the page must be JSON', {
    status: 415,
    fix: 'send content-type: application/json',
  });
}

export function isOfType({ 'content-type': type = '' }: Headers, wanted: string): boolean {
  return type.split(';')[0]?.trim().toLowerCase() === wanted;
}

function pageForeign(what: string, fix: string): RequestError {
  return new RequestError('origin-not-allowed', what, { status: 403, fix });
}
