/**
 * Where what was asked is not served (`not-offered`): learned at step 5 of a request, read at step 1 of later ones, where such a target
 * goes behind all others. In this process, for a while; a first success, or another base URL, ends it at once. Nobody is benched.
 */

import type { Clock } from '../../host.ts';
import type { Operation } from '../../model/protocol.ts';
import type { Target } from '../../model/target.ts';

const keptMs = 15 * 60_000;

export class Unserved {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Nothing was learned yet: so it is almost always. */
  get isEmpty(): boolean {
    return this.#until.size === 0;
  }

  /** Until when this target goes behind all others for this operation, epoch ms. */
  until(target: Target, operation: Operation): number | undefined {
    const until = this.#until.get(keyOf(target, operation));
    return until !== undefined && until > this.#clock.now() ? until : undefined;
  }

  note(target: Target, operation: Operation): void {
    this.#until.set(keyOf(target, operation), this.#clock.now() + keptMs);
  }

  noteSuccess(target: Target, operation: Operation): void {
    if (this.#until.size > 0) this.#until.delete(keyOf(target, operation));
  }
}

/** An address with a path: who adds the missing /v1 to `base_url` is believed at once. */
function keyOf({ baseUrl, protocol }: Target, operation: Operation): string {
  return `${operation} ${protocol} ${baseUrl}`;
}
