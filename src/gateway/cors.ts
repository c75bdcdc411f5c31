/** CORS: only pages of `gateway.allowed_origins` may read answers. */

import type { Headers } from '../model/request.ts';

/** Allowed when the preflight names no headers. */
const usualHeaders = 'authorization, content-type, x-api-key';

/** For every answer to an allowed origin, errors included; empty without an `Origin`. */
export function corsHeaders(origin: string | undefined): Headers {
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers':
      'x-holdfast-request-id, x-holdfast-target, x-holdfast-attempts, retry-after',
    vary: 'origin',
  };
}

/** For a preflight request. SDKs send headers of their own, so any requested header is allowed. */
export function preflightHeaders(headers: Headers): Headers {
  return {
    ...corsHeaders(headers['origin']),
    'access-control-allow-headers': headers['access-control-request-headers'] ?? usualHeaders,
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    'access-control-max-age': '600',
  };
}
