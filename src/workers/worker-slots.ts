/** The slots of tasks that one worker holds, or waits for, at its primary. */

import type { SlotSource } from '../access/waiting/task-slots.ts';
import type { LinkedWish } from './messages.ts';

export class WorkerSlots {
  readonly #slots: SlotSource;
  /** By the worker's own id; aborted when the wish is over. */
  readonly #wishes = new Map<number, AbortController>();

  constructor(slots: SlotSource) {
    this.#slots = slots;
  }

  /** Returns false if no slot was free in time, or if the wish ended before. */
  async take({ id, task, limit, withinMs }: LinkedWish): Promise<boolean> {
    const wish = new AbortController();
    this.#wishes.set(id, wish);
    const { signal } = wish;
    const taking = this.#slots.take(task, { limit, withinMs, signal });
    const giveBack = await taking.catch(() => undefined); // then nobody waits for it any more
    if (giveBack === undefined) this.#wishes.delete(id);
    else if (signal.aborted) giveBack();
    else signal.addEventListener('abort', giveBack);
    return giveBack !== undefined;
  }

  /** Gives the slot back, or ends the wait for it. */
  end(id: number): void {
    this.#wishes.get(id)?.abort();
    this.#wishes.delete(id);
  }

  /** The worker is gone. */
  endAll(): void {
    for (const id of [...this.#wishes.keys()]) this.end(id);
  }
}
