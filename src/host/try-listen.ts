/** Checks whether this machine lets us listen at an address. */

import { createServer } from 'node:net';

/** The system lets only some users listen below this port. */
const firstFreePort = 1024;

/**
 * Returns the error that listening would meet, undefined if there is none. It listens for a moment
 * on a port that the system chooses: only a low port must be tried itself.
 */
export function findListenFault(address: string, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: address, port: port < firstFreePort ? port : 0 }, () =>
      server.close(() => resolve(undefined)),
    );
  });
}
