/** Upstream requests without a library in between (step 3 of a request): HTTP/1.1 over sockets of our own, a pool an origin. */

import type { Clock, Timer, UpstreamRequest } from '../../host.ts';
import type { Call } from '../call.ts';
import type { Message } from './connection.ts';
import { parseOrigin } from './origin.ts';
import { Pool } from './pool.ts';
import { encodeRequestHead } from './request-head.ts';
import { WireError } from './wire-error.ts';

/** How often waiting connections are looked through, as long as there are any. */
const sweepMs = 1000;

export class DirectWires {
  readonly #clock: Clock;
  readonly #pools = new Map<string, Pool>();
  /** One for all: a timer a request would cost more than the request's head. */
  #sweeper: Timer | undefined;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Sends at the end of this turn of the event loop, with all others of it: whoever reads them is woken once and not for each,
   * which is a tenth of the CPU where many come at once, and no time where there is one. What cannot be sent is told to the call
   * as an error.
   */
  send(request: UpstreamRequest, call: Call): void {
    this.#clock.afterTurn(() => this.#put(request, call));
  }

  #put(request: UpstreamRequest, call: Call): void {
    if (call.isOver) return;
    try {
      const pool = this.#poolOf(request.origin);
      const message: Message = {
        head: encodeRequestHead(request, pool.destination.host),
        body: request.body,
      };
      if (request.freshConnection === true) pool.startFresh(message, call);
      else pool.start(message, call);
    } catch (error) {
      call.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Ends every connection, and the requests on them. */
  close(): void {
    this.#isClosed = true;
    this.#sweeper?.cancel();
    for (const pool of this.#pools.values()) pool.close();
  }

  #poolOf(origin: string): Pool {
    if (this.#isClosed) throw new WireError('ECONNABORTED', 'the connection was closed by us');
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(parseOrigin(origin), this.#clock, () => this.#keepSweeping());
    this.#pools.set(origin, pool);
    return pool;
  }

  #keepSweeping(): void {
    if (!this.#isClosed) this.#sweeper ??= this.#clock.startTimer(sweepMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#sweeper = undefined;
    let isAnyWaiting = false;
    for (const pool of this.#pools.values()) isAnyWaiting = pool.sweep() || isAnyWaiting;
    if (isAnyWaiting) this.#keepSweeping();
  }
}
