/** Parses an origin into what a connection needs (step 3 of a request). Pure. */

import { isIP } from 'node:net';

export interface Destination {
  readonly isSecure: boolean;
  /** A name or an address; IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly host: string;
  /** The name for SNI and for checking the certificate; undefined for an address (RFC 6066 § 3). */
  readonly serverName?: string | undefined;
}

/** Throws a `TypeError` for an invalid URL. */
export function parseOrigin(origin: string): Destination {
  const { protocol, hostname, port, host } = new URL(origin);
  const bare = hostname.replace(/^\[|\]$/g, '');
  const isSecure = protocol === 'https:';
  const defaultPort = isSecure ? 443 : 80;
  return {
    isSecure,
    hostname: bare,
    port: port === '' ? defaultPort : Number(port),
    host,
    serverName: isIP(bare) === 0 ? bare : undefined,
  };
}
