/** What targets were found to refuse: the parameter is left out from then on, in this process, and every record says so (learned at step 5, applied at step 3 of a request). */

import type { Edit, Target } from '../../model/target.ts';

/** Beyond this many targets the oldest is forgotten, and learned again at the cost of one request. */
const targetLimit = 1000;

/** One thing that a target refused, and what is done about it. */
export interface LearnedEdit {
  readonly edit: Edit;
  /** For people: `without temperature`. */
  readonly text: string;
}

export class LearnedEdits {
  readonly #byTarget = new Map<string, readonly LearnedEdit[]>();

  /** None for most: costs one comparison until something was learned. */
  of(target: Target): readonly LearnedEdit[] {
    return this.#byTarget.size === 0 ? [] : (this.#byTarget.get(keyOf(target)) ?? []);
  }

  /** True when it was not known yet. */
  learn(target: Target, learned: LearnedEdit): boolean {
    const key = keyOf(target);
    const known = this.#byTarget.get(key) ?? [];
    if (known.some(({ text }) => text === learned.text)) return false;
    this.#byTarget.set(key, [...known, learned]);
    const [oldest] = this.#byTarget.keys();
    if (this.#byTarget.size > targetLimit && oldest !== undefined) this.#byTarget.delete(oldest);
    return true;
  }
}

function keyOf({ origin, protocol, model }: Target): string {
  return `${origin} ${protocol} ${model}`;
}
