/**
 * The way of a request to its provider (step 3 of a request): HTTP/1.1 over sockets of our own, a pool an origin, through the proxy
 * that the environment names for it. Redirects are never followed.
 */

import type { Clock, Dispatch, Timer } from '../host.ts';
import { Call } from './call.ts';
import { parseOrigin } from './http1/origin.ts';
import { Pool } from './http1/pool.ts';
import { WireError } from './http1/wire-error.ts';
import { encodeRequestHead } from './http1/write-request.ts';
import type { ChooseProxy } from './proxies.ts';

/** How often waiting connections are looked through, as long as there are any. */
const sweepMs = 1000;

export class Upstream {
  readonly #clock: Clock;
  readonly #chooseProxy: ChooseProxy;
  readonly #pools = new Map<string, Pool>();
  /** One for all: a timer a request would cost more than the request's head. */
  #sweeper: Timer | undefined;
  #isClosed = false;

  constructor(clock: Clock, chooseProxy: ChooseProxy) {
    this.#clock = clock;
    this.#chooseProxy = chooseProxy;
  }

  /**
   * Sends at the end of this turn of the event loop, with all others of it: whoever reads them is woken once and not for each,
   * which is a tenth of the CPU where many come at once, and no time where there is one. What cannot be sent is told as an error.
   */
  readonly dispatch: Dispatch = (request, handler) => {
    const { origin, body, upload, freshConnection } = request;
    const call = new Call(handler);
    this.#clock.afterTurn(() => {
      if (call.isOver) return;
      try {
        const pool = this.#poolOf(origin);
        pool.start({ head: encodeRequestHead(request, pool.route), body, upload }, call, freshConnection);
      } catch (error) {
        call.onError(error instanceof Error ? error : new Error(String(error)));
      }
    });
    return call;
  };

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
    const destination = parseOrigin(origin);
    const route = { destination, proxy: this.#chooseProxy(destination) };
    const pool = new Pool(route, this.#clock, this.#keepSweeping);
    this.#pools.set(origin, pool);
    return pool;
  }

  readonly #keepSweeping = (): void => {
    if (!this.#isClosed) this.#sweeper ??= this.#clock.startTimer(sweepMs, () => this.#sweep());
  };

  #sweep(): void {
    this.#sweeper = undefined;
    let isAnyWaiting = false;
    for (const pool of this.#pools.values()) isAnyWaiting = pool.sweep() || isAnyWaiting;
    if (isAnyWaiting) this.#keepSweeping();
  }
}
