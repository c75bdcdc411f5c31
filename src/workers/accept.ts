/**
 * The port of a gateway with workers: the primary accepts each connection and passes it to the next
 * worker in turn. Here and not in `node:cluster`, where a connection on its way to a worker that
 * dies is never closed, so that its client waits for ever, and where the port closes with the last
 * worker.
 */

import { createServer, type Server, type Socket } from 'node:net';
import { type ListeningPort, listenAt, type PortPlace } from '../gateway/listen-at.ts';

/** Takes one connection. */
export type Pass = (connection: Socket) => void;

export class Port {
  readonly #server: Server;
  /** Those that serve, the next one first. */
  readonly #takers: Pass[] = [];
  /** Connections that came while nobody served. */
  #waiting: Socket[] = [];
  #isClosed = false;

  constructor() {
    this.#server = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true });
    this.#server.on('connection', (connection) => this.pass(connection));
  }

  /** Rejects with `AccessError`. */
  listen(place: PortPlace): Promise<ListeningPort> {
    return listenAt(this.#server, place);
  }

  add(taker: Pass): void {
    this.#takers.push(taker);
    for (const connection of this.#waiting.splice(0)) this.pass(connection);
  }

  remove(taker: Pass): void {
    const place = this.#takers.indexOf(taker);
    if (place >= 0) this.#takers.splice(place, 1);
  }

  /** Passes a connection to the next worker, or keeps it until one serves. */
  pass(connection: Socket): void {
    const next = this.#takers.shift();
    if (next !== undefined) {
      this.#takers.push(next);
      next(connection);
    } else if (this.#isClosed) connection.destroy();
    else this.#waiting.push(connection);
  }

  close(): void {
    this.#isClosed = true;
    this.#server.close();
    for (const connection of this.#waiting.splice(0)) connection.destroy();
  }
}
