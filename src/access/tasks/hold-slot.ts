/** A request of a task with `max_concurrency` holds one of its places while it is on its way, and gives it back while it waits for capacity. */

import type { Journey } from '../journey.ts';
import { giveWay, mustGiveWay } from './give-way.ts';
import { queueTimeMs } from './task-time.ts';

/** It has no place, at its beginning and after it has waited for capacity; or the conversation goes first. */
export function isSlotDue(journey: Journey): boolean {
  const { task } = journey;
  if (task === undefined) return false;
  return (task.slots !== undefined && task.slot === undefined) || mustGiveWay(journey);
}

/** Waits for a place; false when none was free in time. */
export async function holdSlot(journey: Journey): Promise<boolean> {
  const { engine, request, route, task, budget } = journey;
  if (mustGiveWay(journey)) await giveWay(journey);
  if (task?.slots === undefined || task.slot !== undefined) return true;
  const withinMs = Math.min(queueTimeMs(task.time), budget.leftMs);
  const { signal } = request;
  task.slot = await engine.taskSlots.take(route.task, { limit: task.slots, withinMs, signal });
  return task.slot !== undefined;
}

/** Who waits takes no place from others; it takes one again before its next attempt. */
export function leaveSlot({ task }: Journey): void {
  task?.slot?.();
  if (task !== undefined) task.slot = undefined;
}
