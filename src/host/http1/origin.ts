/** Where a connection goes, read once from an origin (step 3 of a request). Pure. */

import { isIP } from 'node:net';

export interface Destination {
  readonly isSecure: boolean;
  /** A name or an address, without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** As the `host` header says it. */
  readonly host: string;
  /**
   * The name a certificate must be made out to and a server chooses one by; none for an address
   * (RFC 6066 § 3).
   */
  readonly serverName?: string | undefined;
}

/** Throws a `TypeError` for what is no URL. */
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
