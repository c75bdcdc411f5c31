/** The slots of tasks that one worker holds, or waits for, at its primary. */

import type { GiveBack, SlotSource } from '../access/waiting/task-slots.ts';
import type { LinkAsked } from './messages.ts';

interface Wish {
  readonly leave: AbortController;
  giveBack?: GiveBack | undefined;
}

export class WorkerSlots {
  readonly #slots: SlotSource;
  /** By the worker's own id. */
  readonly #wishes = new Map<number, Wish>();

  constructor(slots: SlotSource) {
    this.#slots = slots;
  }

  /** Returns false if no slot was free in time, or if the wish ended before. */
  async take({ id, task, limit, withinMs }: LinkAsked['slot']['question']): Promise<boolean> {
    const wish: Wish = { leave: new AbortController() };
    this.#wishes.set(id, wish);
    const { signal } = wish.leave;
    try {
      wish.giveBack = await this.#slots.take(task, { limit, withinMs, signal });
    } catch {
      return false; // nobody waits for it any more
    }
    if (signal.aborted) wish.giveBack?.();
    if (wish.giveBack === undefined) this.#wishes.delete(id);
    return wish.giveBack !== undefined;
  }

  /** Gives the slot back, or ends the wait for it. */
  end(id: number): void {
    const wish = this.#wishes.get(id);
    this.#wishes.delete(id);
    wish?.leave.abort();
    wish?.giveBack?.();
  }

  /** The worker is gone. */
  endAll(): void {
    for (const id of [...this.#wishes.keys()]) this.end(id);
  }
}
