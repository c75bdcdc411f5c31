/**
 * Which models have said that they see no images: learned at step 5 of a request, for an hour, in this process. Afterwards one
 * request asks again, for a server of one's own may have got another model.
 */

import type { Clock } from '../../host.ts';
import type { Target } from '../../model/target.ts';

const keptMs = 3_600_000;
/** Beyond this many the oldest is forgotten, and learned again at the cost of one request. */
const limit = 1000;

type ModelAt = Pick<Target, 'origin' | 'model'>;

export class LearnedBlindness {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Costs one comparison until something was learned. */
  has(target: ModelAt): boolean {
    return this.#until.size > 0 && (this.#until.get(keyOf(target)) ?? 0) > this.#clock.now();
  }

  /** When it said so, epoch ms; undefined where it did not lately. */
  learnedAt(target: ModelAt): number | undefined {
    return this.has(target) ? (this.#until.get(keyOf(target)) ?? 0) - keptMs : undefined;
  }

  learn(target: ModelAt): void {
    const key = keyOf(target);
    this.#until.delete(key);
    this.#until.set(key, this.#clock.now() + keptMs);
    const [oldest] = this.#until.keys();
    if (this.#until.size > limit && oldest !== undefined) this.#until.delete(oldest);
  }
}

function keyOf({ origin, model }: ModelAt): string {
  return `${origin}\n${model}`;
}
