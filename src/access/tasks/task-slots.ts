/** How many requests of one task are on their way at a time (`max_concurrency`); the rest queue here, before their first lease. */

import type { Clock } from '../../host.ts';

/** Gives the place back; a second call does nothing. */
export type GiveBack = () => void;

export interface SlotWish {
  /** At most so many at a time; the latest wish of a task counts for all that wait. */
  readonly limit: number;
  /** How long to wait for a place. */
  readonly withinMs: number;
  /** Ends the wait: the caller went away. */
  readonly signal: AbortSignal;
}

/** Counts per process, first come, first served. */
export class TaskSlots {
  readonly #clock: Clock;
  readonly #queues = new Map<string, TaskQueue>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined when no place was free in time. Rejects with the signal's reason as soon as that is aborted. */
  take(task: string, wish: SlotWish): Promise<GiveBack | undefined> {
    const queue = this.#queues.get(task) ?? new TaskQueue();
    this.#queues.set(task, queue);
    return queue.take(wish, this.#clock);
  }
}

/** Called once, with whether a place was given. */
type SlotTurn = (hasPlace: boolean) => void;

class TaskQueue {
  #limit = 0;
  #taken = 0;
  readonly #turns = new Set<SlotTurn>();

  async take({ limit, withinMs, signal }: SlotWish, clock: Clock): Promise<GiveBack | undefined> {
    signal.throwIfAborted();
    this.#limit = limit;
    let leave = (): void => undefined;
    const turn = new Promise<boolean>((resolve) => {
      this.#turns.add(resolve);
      leave = () => this.#leave(resolve);
    });
    this.#admit();
    const timer = clock.startTimer(withinMs, leave);
    signal.addEventListener('abort', leave, { once: true });
    const hasPlace = await turn;
    timer.cancel();
    signal.removeEventListener('abort', leave);
    if (hasPlace) return this.#createGiveBack();
    signal.throwIfAborted();
    return undefined;
  }

  #leave(turn: SlotTurn): void {
    if (this.#turns.delete(turn)) turn(false);
  }

  #admit(): void {
    for (const turn of this.#turns) {
      if (this.#taken >= this.#limit) return;
      this.#taken += 1;
      this.#turns.delete(turn);
      turn(true);
    }
  }

  #createGiveBack(): GiveBack {
    let isGivenBack = false;
    return () => {
      if (isGivenBack) return;
      isGivenBack = true;
      this.#taken -= 1;
      this.#admit();
    };
  }
}
