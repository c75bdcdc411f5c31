/** Makes the `node:http` server of a gateway, before it listens. */

import { createServer, type Server } from 'node:http';

/** A request that has not arrived completely by then is refused. */
const arrivalMs = 5 * 60_000;

export function createHttpServer(): Server {
  const server = createServer({
    keepAliveTimeout: 75_000,
    requestTimeout: arrivalMs,
    noDelay: true,
    // Java's client offers h2c on every request, so only a WebSocket upgrade is refused; anything
    // else continues as HTTP/1.1.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  // A client that has closed its sending side may still be reading (half-closed.ts).
  return Object.assign(server, { httpAllowHalfOpen: true });
}
