/**
 * Limits how many requests of one task are under way (`max_concurrency`); the others queue here,
 * before their first lease.
 */

import type { Clock } from '../../host.ts';
import { untilAborted, within } from '../../transport/within.ts';

/** Releases the slot; a second call does nothing. */
export type GiveBack = () => void;

export interface SlotWish {
  /** The latest limit of a task applies to all that wait. */
  readonly limit: number;
  /** Waits at most this long for a slot. */
  readonly withinMs: number;
  /** Ends the wait: the caller went away. */
  readonly signal: AbortSignal;
}

/** Called with a slot. */
type OnSlot = () => void;

interface TaskQueue {
  limit: number;
  readonly holders: Set<OnSlot>;
  readonly waiting: Set<OnSlot>;
}

/** Where a task's slot is taken. */
export interface SlotSource {
  /**
   * Returns undefined if no slot was free in time. Rejects with the signal's reason as soon as it
   * aborts.
   */
  take(task: string, wish: SlotWish): Promise<GiveBack | undefined>;
}

/** First come, first served. Of all workers of a gateway, the primary counts. */
export class TaskSlots implements SlotSource {
  readonly #clock: Clock;
  readonly #queues = new Map<string, TaskQueue>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async take(task: string, { limit, withinMs, signal }: SlotWish): Promise<GiveBack | undefined> {
    signal.throwIfAborted();
    const queue = this.#queues.get(task) ?? { limit, holders: new Set(), waiting: new Set() };
    this.#queues.set(task, queue);
    queue.limit = limit;
    const { promise, resolve: onSlot } = Promise.withResolvers<void>();
    queue.waiting.add(onSlot);
    admit(queue);
    await within(this.#clock, withinMs, untilAborted(promise, signal)).catch(() => undefined); // thrown below
    if (queue.waiting.delete(onSlot)) {
      signal.throwIfAborted();
      return undefined;
    }
    return () => {
      if (queue.holders.delete(onSlot)) admit(queue);
    };
  }
}

function admit({ limit, holders, waiting }: TaskQueue): void {
  for (const onSlot of waiting) {
    if (holders.size >= limit) return;
    waiting.delete(onSlot);
    holders.add(onSlot);
    onSlot();
  }
}
