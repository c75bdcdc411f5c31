/** Describes each task by its route, its last outcome and its cost. Pure. */

import { checkCaller } from '../../diagnostics/check-caller.ts';
import { outcomeOf } from '../../explain/doctor/standing-words.ts';
import { routesOf } from '../../explain/plan/outcomes.ts';
import type { Plan, RoutePlan, TaskOutcome } from '../../explain/plan/plan.ts';
import type { UsageRow } from '../../model/usage.ts';

export interface TaskRow {
  readonly task: string;
  readonly route: RoutePlan;
  readonly outcome?: TaskOutcome | undefined;
  /** Counts the days that were asked for. */
  readonly requests: number;
  readonly usd: number;
  /** Requests without a known price, which `usd` leaves out. */
  readonly unpriced: number;
}

/** Returns one row per task, including tasks that use the route of `main`. */
export function listTaskRows(plan: Plan, usage: readonly UsageRow[]): readonly TaskRow[] {
  return routesOf(plan).map((route) => {
    const { task } = route;
    const sum = { requests: 0, usd: 0, unpriced: 0 };
    for (const row of usage) {
      if (row.task !== task || row.caller === checkCaller) continue;
      if (row.purpose !== 'discarded') sum.requests += row.requests;
      sum.usd += row.usd;
      sum.unpriced += row.unpriced;
    }
    return { task, route, outcome: outcomeOf(plan, task), ...sum };
  });
}

/**
 * For a task without a deciding request. A caller who left, a budget or a fault of ours decides
 * nothing.
 */
export function describeUndecided(requests: number): string {
  return requests === 0 ? 'not requested yet' : 'requested, but no request says how it fares';
}
