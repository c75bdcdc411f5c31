/** How a gateway stops: it says that it is not ready, waits until balancers know, and closes. */

import type { Server, ServerResponse } from 'node:http';
import type { Clock } from '../host.ts';

/** Whether requests should be sent here, as `/readyz` answers. */
export class Readiness {
  readonly #server: Server;
  readonly #waited = Promise.withResolvers<void>();
  isOver = false;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Ends it; the first time, resolves after `delayMs`. Requests are still taken meanwhile. */
  async end(clock: Clock, delayMs: number): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    this.#closeWithAnswers();
    if (delayMs === 0) return;
    const timer = clock.startTimer(delayMs, () => this.cutShort());
    await this.#waited.promise;
    timer.cancel();
  }

  /** Else a client would ask again on a connection that is about to end. */
  #closeWithAnswers(): void {
    this.#server.prependListener('request', (_request, response: ServerResponse) => {
      response.shouldKeepAlive = false;
    });
  }

  /** Nobody is waited for any more. */
  cutShort(): void {
    this.#waited.resolve();
  }
}

/** While draining, connections are checked this often. */
const pollMs = 50;

/** A client may keep a connection without a request open for minutes. */
export function closeWhenUnused(server: Server, clock: Clock, isUnused: () => boolean): void {
  if (isUnused()) server.closeAllConnections();
  else {
    server.closeIdleConnections();
    clock.startTimer(pollMs, () => closeWhenUnused(server, clock, isUnused));
  }
}
