/** Which local targets have been asked lately: others may have to load their model before they answer (law 13). In the process. */

import type { Clock } from '../../host.ts';
import type { Target } from '../../model/target.ts';

/** Local servers put a model away that nobody has asked for this long. */
const coldAfterMs = 5 * 60_000;

export class Warmth {
  readonly #clock: Clock;
  readonly #askedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that the target is asked now; true when it was not asked for five minutes, or never. */
  ask({ isLocal, baseUrl, model }: Target): boolean {
    if (isLocal !== true) return false;
    const key = `${baseUrl} ${model}`;
    const before = this.#askedAt.get(key);
    const now = this.#clock.monotonic();
    this.#askedAt.set(key, now);
    return before === undefined || now - before > coldAfterMs;
  }
}
