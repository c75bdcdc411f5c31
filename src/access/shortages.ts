/** That this process, or its machine, has no descriptor, thread or memory left is said in one line a minute, however many ask (step 7 of a request). */

import type { Clock } from '../host.ts';
import type { EventListener } from '../model/events.ts';

const tellEveryMs = 60_000;

export class Shortages {
  readonly #clock: Clock;
  readonly #emit: EventListener;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, emit: EventListener) {
    this.#clock = clock;
    this.#emit = emit;
  }

  note(text: string): void {
    const now = this.#clock.monotonic();
    if (now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    this.#emit({ type: 'warning', code: 'busy', text: `${text}: callers are told to come back in a second` });
  }
}
