/**
 * Targets whose answers to a task were of no use three times in a row: the task starts at the next one for a while. Learned at
 * step 5 of a request, read at step 1 of later ones, in this process; a good answer ends it. Nobody is benched.
 */

import type { Clock } from '../../host.ts';

const inARow = 3;
const keptMs = 15 * 60_000;

interface MissRow {
  readonly misses: number;
  /** Epoch ms. */
  readonly until: number;
}

export class TaskStarts {
  readonly #clock: Clock;
  readonly #rows = new Map<string, MissRow>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** So it is almost always. */
  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  isBehind(task: string, target: string): boolean {
    const row = this.#rows.get(`${task} ${target}`);
    return row !== undefined && row.misses >= inARow && row.until > this.#clock.now();
  }

  noteMiss(task: string, target: string): void {
    const key = `${task} ${target}`;
    const misses = (this.#rows.get(key)?.misses ?? 0) + 1;
    this.#rows.set(key, { misses, until: this.#clock.now() + keptMs });
  }

  noteAnswer(task: string, target: string): void {
    if (this.#rows.size > 0) this.#rows.delete(`${task} ${target}`);
  }
}
