/** A worker's slots of tasks: the primary counts them for all, and is asked over the link. */

import type { GiveBack, SlotSource, SlotWish } from '../access/waiting/task-slots.ts';
import { untilAborted } from '../transport/within.ts';
import type { WorkerLink } from './link.ts';

/** The same contract as `TaskSlots`. */
export class LinkedSlots implements SlotSource {
  readonly #link: Pick<WorkerLink, 'ask' | 'tell'>;
  #wishes = 0;

  constructor(link: Pick<WorkerLink, 'ask' | 'tell'>) {
    this.#link = link;
  }

  async take(task: string, { limit, withinMs, signal }: SlotWish): Promise<GiveBack | undefined> {
    signal.throwIfAborted();
    const id = ++this.#wishes;
    let isOver = false;
    const giveBack = (): void => {
      if (!isOver) this.#link.tell('slotOver', id);
      isOver = true;
    };
    const answer = this.#link.ask('slot', { id, task, limit, withinMs });
    try {
      return (await untilAborted(answer, signal)) ? giveBack : undefined;
    } catch (error) {
      giveBack(); // it may be on its way
      throw error;
    }
  }
}
