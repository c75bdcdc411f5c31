/** Who may talk to the gateway: with a key (key-ring.ts), by a Host that is ours, from an Origin that is allowed. Pure judgements over headers. */

import type { GatewaySettings } from '../config/resolved.ts';
import { RequestError } from '../errors.ts';

/** Where the request comes from; its key is asked for after that, because a browser's preflight has none. */
export function checkCaller(
  host: string | undefined,
  origin: string | undefined,
  settings: GatewaySettings,
): void {
  if (host !== undefined && !isHostAllowed(host, settings.host.value, settings.allowedHosts))
    throw hostForeign(host);
  if (origin !== undefined && !settings.allowedOrigins.includes(origin)) throw originForeign(origin);
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** A foreign Host header is how a web page reaches a local server through DNS rebinding; it is refused. */
function isHostAllowed(host: string, bound: string, allowed: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (loopbackNames.includes(name)) return true;
  return [bound, `[${bound}]`, ...allowed].some((own) => own.toLowerCase() === name);
}

function hostForeign(host: string): RequestError {
  return new RequestError('host-not-allowed', `the Host "${host}" is not one of this gateway`, {
    status: 403,
    howToFix: 'use http://127.0.0.1:PORT, or add the name to gateway.allowed_hosts',
  });
}

function originForeign(origin: string): RequestError {
  return new RequestError('origin-not-allowed', `pages of ${origin} may not use this gateway`, {
    status: 403,
    howToFix: 'add the origin to gateway.allowed_origins if you trust it',
  });
}
