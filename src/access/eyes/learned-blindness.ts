/**
 * Which models have said that they see no images, or read no documents: learned at step 5 of a request, for an hour, in this process. Afterwards one
 * request asks again, for a server of one's own may have got another model.
 */

import type { Clock } from '../../host.ts';
import type { Target } from '../../model/target.ts';

const keptMs = 3_600_000;
/** Beyond this many the oldest is forgotten, and learned again at the cost of one request. */
const limit = 1000;

type ModelAt = Pick<Target, 'origin' | 'model'>;
/** What a model was shown and refused: some see images and read no documents. */
export type Unseen = 'image' | 'file';

export class LearnedBlindness {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Costs one comparison until something was learned. */
  has(target: ModelAt, unseen: Unseen = 'image'): boolean {
    return this.#until.size > 0 && (this.#until.get(keyOf(target, unseen)) ?? 0) > this.#clock.now();
  }

  /** When it said so, epoch ms; undefined where it did not lately. */
  learnedAt(target: ModelAt): number | undefined {
    return this.has(target) ? (this.#until.get(keyOf(target, 'image')) ?? 0) - keptMs : undefined;
  }

  learn(target: ModelAt, unseen: Unseen = 'image'): void {
    const key = keyOf(target, unseen);
    this.#until.delete(key);
    this.#until.set(key, this.#clock.now() + keptMs);
    const [oldest] = this.#until.keys();
    if (this.#until.size > limit && oldest !== undefined) this.#until.delete(oldest);
  }
}

function keyOf({ origin, model }: ModelAt, unseen: Unseen): string {
  return `${unseen} ${origin}\n${model}`;
}
