/**
 * Tells host names that a server may not know as its own (step 4 of a request). Ollama that listens
 * on its own machine alone answers them with 403 and no body, whatever the key. Pure.
 */

import { isIP } from 'node:net';

/** [S] ollama, server/routes.go, allowedHost; the machine's own name is known too. */
const known = /^(localhost|[^.]+)$|\.(localhost|local|internal)$/;

/** False for an address, and for a vendor's. */
export function isForeignName({
  origin = '',
  vendor,
}: {
  readonly origin?: string | undefined;
  readonly vendor?: string | undefined;
}): boolean {
  const hostname = URL.parse(origin)?.hostname ?? '';
  const isAddress = isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0;
  return vendor === undefined && hostname !== '' && !isAddress && !known.test(hostname);
}
