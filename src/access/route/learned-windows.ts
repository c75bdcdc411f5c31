/**
 * Context windows as refusals have stated them: learned at step 5 of a request, for an hour, in this process. They order the
 * targets that are left after a refusal; nobody is passed over for them, and a success above one ends it.
 */

import type { Clock } from '../../host.ts';
import type { Lease } from '../../model/credential.ts';
import type { Usage } from '../../model/record.ts';
import type { Headers } from '../../model/request.ts';

const keptMs = 3_600_000;
/** Beyond this many the oldest is forgotten, and learned again at the cost of one request. */
const limit = 1000;

interface Learned {
  readonly tokens: number;
  readonly until: number;
}

/** Whose window it is: accounts differ in what they may use of a model, and beta headers widen it. */
export interface WindowOwner {
  readonly lease: Lease;
  readonly headers: Headers;
}

export class LearnedWindows {
  readonly #clock: Clock;
  readonly #learned = new Map<string, Learned>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tokens. Costs one comparison until something was learned. */
  of(owner: WindowOwner): number | undefined {
    if (this.#learned.size === 0) return undefined;
    const found = this.#learned.get(keyOf(owner));
    return found !== undefined && found.until > this.#clock.now() ? found.tokens : undefined;
  }

  learn(owner: WindowOwner, tokens: number): void {
    const key = keyOf(owner);
    this.#learned.delete(key);
    this.#learned.set(key, { tokens, until: this.#clock.now() + keptMs });
    const [oldest] = this.#learned.keys();
    if (this.#learned.size > limit && oldest !== undefined) this.#learned.delete(oldest);
  }

  /** More than fits has fitted: the window is another one now. */
  noteSuccess(owner: WindowOwner, { inputTokens = 0, outputTokens = 0 }: Usage = {}): void {
    const learned = this.of(owner);
    if (learned !== undefined && inputTokens + outputTokens > learned) this.#learned.delete(keyOf(owner));
  }
}

function keyOf({ lease: { origin, account, model }, headers }: WindowOwner): string {
  const betas = Object.entries(headers).filter(([name]) => name.endsWith('-beta'));
  return [origin, account, model, ...betas.flat()].join('\n');
}
