/**
 * What a browser is told about pages of other origins: only those of `gateway.allowed_origins` hear
 * anything.
 */

import type { Headers } from '../model/request.ts';

/** Asked for when a page does not say which headers it will send. */
const usualHeaders = 'authorization, content-type, x-api-key';

/** For every answer to an allowed origin, errors included; nothing without an `Origin`. */
export function corsHeaders(origin: string | undefined): Headers {
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers':
      'x-holdfast-request-id, x-holdfast-target, x-holdfast-attempts, retry-after',
    vary: 'origin',
  };
}

/**
 * For the question that a browser asks before the request itself. SDKs send headers of their own,
 * so what is asked for is allowed.
 */
export function preflightHeaders(headers: Headers): Headers {
  return {
    ...corsHeaders(headers['origin']),
    'access-control-allow-headers': headers['access-control-request-headers'] ?? usualHeaders,
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    'access-control-max-age': '600',
  };
}
