/**
 * Whose turn it is (around step 3 of a request). A request of a task with `max_concurrency` holds one of its places while it is on
 * its way, and gives it back while it waits for capacity; a side task waits for the turns of main.
 */

import type { Journey, Task } from '../journey.ts';
import { queueTimeMs } from './task-time.ts';

/** It has no place, at its beginning and after it has waited for capacity; or the conversation goes first. */
export function isSlotDue(journey: Journey, task: Task): boolean {
  return (task.slots !== undefined && task.slot === undefined) || mustGiveWay(journey, task);
}

/** Waits for a place; false when none was free in time. */
export async function holdSlot(journey: Journey, task: Task): Promise<boolean> {
  const { engine, request, route, budget } = journey;
  if (mustGiveWay(journey, task)) await giveWay(journey, task);
  if (task.slots === undefined || task.slot !== undefined) return true;
  const withinMs = Math.min(queueTimeMs(task.time), budget.leftMs);
  const { signal } = request;
  task.slot = await engine.taskSlots.take(route.task, { limit: task.slots, withinMs, signal });
  return task.slot !== undefined;
}

/** Who waits takes no place from others; it takes one again before its next attempt. */
export function leaveSlot(task: Task): void {
  task.slot?.();
  task.slot = undefined;
}

/** A turn of main is under way at the server that would be asked next, and it answers one request at a time. */
function mustGiveWay({ engine, candidates }: Journey, task: Task): boolean {
  if (task.hasGivenWay) return false;
  const target = candidates.placesLeft()[0]?.target;
  return target?.answersOne === true && engine.mainTurns.isUnderWay(target.origin);
}

/** At most for half of the time that is left: an answer of main may take longer than any title is worth waiting for. */
async function giveWay({ engine, request, candidates, budget }: Journey, task: Task): Promise<void> {
  task.hasGivenWay = true;
  const origin = candidates.placesLeft()[0]?.target.origin ?? '';
  await engine.mainTurns.whenFree(origin, budget.leftMs / 2, request.signal);
}
