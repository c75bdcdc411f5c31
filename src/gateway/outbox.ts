/**
 * Whole answers on their way out of the gateway (step 7 of a request): all of one turn of the event loop leave at its end, so
 * that whoever reads them is woken one time for all. Where there is only one it loses nothing by that.
 */

import type { ServerResponse } from 'node:http';
import type { Clock } from '../host.ts';

interface Departure {
  readonly response: ServerResponse;
  readonly last: Uint8Array | undefined;
}

export class Outbox {
  readonly #clock: Clock;
  #leaving: Departure[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends an answer of which nothing is on the wire. */
  end(response: ServerResponse, last: Uint8Array | undefined): void {
    this.#leaving.push({ response, last });
    if (this.#leaving.length === 1) this.#clock.afterTurn(() => this.#endAll());
  }

  #endAll(): void {
    const leaving = this.#leaving;
    this.#leaving = [];
    // Whoever goes down in between has ended it already.
    for (const { response, last } of leaving) if (!response.writableEnded) response.end(last);
  }
}
