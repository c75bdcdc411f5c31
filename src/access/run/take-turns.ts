/**
 * Turns and slots (around step 3 of a request). A request of a task with `max_concurrency` holds
 * one of its slots while it is under way, and releases it while it waits for capacity; a side task
 * waits for the turns of main.
 */

import { holdsOf, type RequestContext, type Task } from '../request/request-context.ts';
import { queueTimeMs } from '../tasks/task-time.ts';

/**
 * Before each attempt: waits for its slot if it has none, and once for the conversation, which goes
 * first. False when no slot was free in time.
 */
export async function holdSlot(context: RequestContext, task: Task): Promise<boolean> {
  const { engine } = context;
  const busy = busyOrigin(context, task);
  if (busy !== undefined) {
    task.hasGivenWay = true;
    // An answer of main may take longer than any title is worth waiting for.
    await engine.mainTurns.whenFree(busy, longestMs(context, task), context.request.signal);
  }
  return takeSlot(context, task, longestMs(context, task));
}

/**
 * Takes a slot again behind a wait for capacity, before any probe is claimed: a probe waits for
 * nobody. Its turn is not kept for a slot that is not free. False when none was free in time.
 */
export async function regainSlot(context: RequestContext): Promise<boolean> {
  const { task } = context;
  if (task === undefined || (await takeSlot(context, task, 0))) return true;
  context.holds?.keepTurnFor(undefined);
  return takeSlot(context, task, longestMs(context, task));
}

async function takeSlot(context: RequestContext, task: Task, withinMs: number): Promise<boolean> {
  if (task.slots === undefined || context.holds?.hasSlot === true) return true;
  const wish = { limit: task.slots, withinMs, signal: context.request.signal };
  return holdsOf(context).takeSlot(context.route.task, wish);
}

function longestMs({ budget }: RequestContext, { time }: Task): number {
  return Math.min(queueTimeMs(time), budget.leftMs);
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
