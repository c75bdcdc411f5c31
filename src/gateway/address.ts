/** Where a server listens, as its clients write it. */

import type { Server } from 'node:http';

export function addressOf(server: Server, host: string): { readonly url: string; readonly port: number } {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the gateway listens on no port');
  const { port } = address;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port };
}
