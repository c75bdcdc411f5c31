/** Names of headers that are never passed on, nor added by a configuration. Lower case. */

/** Carry a key or a login. */
export const keyHeaders: readonly string[] = [
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
];

/** Of one connection (RFC 9110 § 7.6.1), or how its body is framed and packed. */
export const connectionHeaders: readonly string[] = [
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'trailers',
  'transfer-encoding',
  'upgrade',
];
