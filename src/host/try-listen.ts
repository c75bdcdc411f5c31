/** Checks whether this machine lets us listen at an address. */

import { createServer } from 'node:net';

/** The system lets only some users listen below this port. */
const firstFreePort = 1024;

/**
 * Returns the error that listening would meet, undefined if there is none. It listens for a moment
 * on a port that the system chooses: only a low port must be tried itself.
 */
export function findListenFault(address: string, port: number): Promise<Error | undefined> {
  return tryListening(address, port < firstFreePort ? port : 0);
}

/** Ports that are tried one after the other. */
const portsTried = 20;

/** Returns the first free port from `first` on, or else one that the system chooses: 0. */
export async function findFreePort(address: string, first: number): Promise<number> {
  for (let port = first; port < first + portsTried && port < 65_536; port += 1)
    if ((await tryListening(address, port)) === undefined) return port;
  return 0;
}

function tryListening(address: string, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: address, port }, () => server.close(() => resolve(undefined)));
  });
}
