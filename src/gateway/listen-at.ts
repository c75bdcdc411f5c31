/** Begins to listen, at an address or on a socket that a supervisor holds. */

import type { Server } from 'node:net';
import {
  backlog,
  cannotTakeSocket,
  formatPlace,
  type InheritedSocket,
} from '../service/inherited-socket.ts';
import { cannotListen } from './refusals.ts';

export interface PortPlace {
  readonly host: string;
  /** With 0, the system chooses one. */
  readonly port: number;
  /** Is listened on in place of the address. */
  readonly socket?: InheritedSocket | undefined;
}

export interface ListeningPort {
  /** Is numeric, as the system tells it. */
  readonly address: string;
  readonly port: number;
  readonly url: string;
}

/** Rejects with `AccessError` if it cannot listen. */
export function listenAt(
  server: Server,
  { host, port, socket }: PortPlace,
): Promise<ListeningPort> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        socket === undefined
          ? cannotListen(error, { address: host, port })
          : cannotTakeSocket(socket, 'is no listening socket', error),
      ),
    );
    const onListening = (): void => {
      const place = server.address(); // with port 0, the system chooses one
      if (place !== null && typeof place === 'object') {
        const named = socket === undefined ? host : place.address;
        resolve({ ...place, url: `http://${formatPlace(named, place.port)}` });
      } else if (socket !== undefined) {
        server.close();
        reject(cannotTakeSocket(socket, 'is a unix socket'));
      }
    };
    if (socket === undefined) server.listen(port, host, onListening);
    else server.listen(socket, backlog, onListening);
  });
}
