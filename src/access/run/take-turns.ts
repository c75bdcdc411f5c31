/**
 * Turns and slots (around step 3 of a request). A request of a task with `max_concurrency` holds
 * one of its slots while it is under way, and releases it while it waits for capacity; a side task
 * waits for the turns of main.
 */

import { holdsOf, type RequestContext, type Task } from '../request/request-context.ts';
import { queueTimeMs } from '../tasks/task-time.ts';

/**
 * Waits for the slot that it lacks at its beginning, and after it has waited for capacity; and once
 * for the conversation, which goes first. False when no slot was free in time.
 */
export async function holdSlot(context: RequestContext, task: Task): Promise<boolean> {
  const { engine, route, budget } = context;
  const { signal } = context.request;
  const withinMs = (): number => Math.min(queueTimeMs(task.time), budget.leftMs);
  const busy = busyOrigin(context, task);
  if (busy !== undefined) {
    task.hasGivenWay = true;
    // An answer of main may take longer than any title is worth waiting for.
    await engine.mainTurns.whenFree(busy, withinMs(), signal);
  }
  if (task.slots === undefined || context.holds?.hasSlot === true) return true;
  const wish = { limit: task.slots, withinMs: withinMs(), signal };
  return holdsOf(context).takeSlot(route.task, wish);
}

/**
 * Where a turn of main is under way at the server that would be asked next, and it answers one
 * request at a time.
 */
function busyOrigin({ engine, candidates }: RequestContext, task: Task): string | undefined {
  const target = task.hasGivenWay ? undefined : candidates.placesLeft()[0]?.target;
  return target !== undefined && engine.mainTurns.isUnderWay(target.origin)
    ? target.origin
    : undefined;
}
