/**
 * How often a ledger calls its store for something that no request waits for. In a fleet each call
 * goes to the engine: with what is taken for requests, a fiftieth of a budget at a time, there is
 * at most one for twenty requests of a budget of 1000, at whatever rate they come.
 */

/** In a fleet one call that nobody waits for has its turn behind so many requests. */
const requestsPerCall = 40;

export class CallPace {
  /** What nobody used for so long goes back: by a call, and the next request needs one more. */
  readonly idleMs: number;
  /** Calls go to the engine of a fleet. */
  readonly isFar: boolean;
  /** Requests for which no call was made yet; fewer than none behind a call. */
  #uncalled = 0;

  constructor(isInFleet: boolean) {
    this.isFar = isInFleet;
    this.idleMs = isInFleet ? 5000 : 250;
  }

  get mayCall(): boolean {
    return !this.isFar || this.#uncalled >= requestsPerCall;
  }

  noteRequest(): void {
    this.#uncalled += 1;
  }

  noteCall(): void {
    this.#uncalled = Math.max(0, this.#uncalled) - requestsPerCall;
  }
}
