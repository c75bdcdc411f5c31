/** Summarises each task: its route, its last outcome, and its cost. Pure. */

import { checkCaller } from '../../diagnostics/check-caller.ts';
import type { UsageRow } from '../../model/usage.ts';
import { causeOf } from '../plan/outcomes.ts';
import type { Plan, RoutePlan, TaskOutcome } from '../plan/plan.ts';
import { signOfStanding } from './standing-words.ts';

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
  const { routes, tasksAsMain = [] } = plan;
  const main = routes.find(({ task }) => task === 'main');
  const asMain = main === undefined ? [] : tasksAsMain.map((task) => ({ ...main, task }));
  return [...routes, ...asMain].map((route) => {
    const { task } = route;
    const rows = usage.filter((row) => row.task === task && row.caller !== checkCaller);
    const sum = (of: (row: UsageRow) => number): number =>
      rows.reduce((total, row) => total + of(row), 0);
    return {
      task,
      route,
      outcome: outcomeOf(plan, task),
      requests: sum((row) => (row.purpose === 'discarded' ? 0 : row.requests)),
      usd: sum(({ usd }) => usd),
      unpriced: sum(({ unpriced }) => unpriced),
    };
  });
}

export function outcomeOf({ outcomes }: Plan, task: string): TaskOutcome | undefined {
  return outcomes?.find((outcome) => outcome.task === task);
}

/** Says how a task stands: ✓ was answered, ✗ cannot be or was not, ? unknown, – rests. */
export function signOfTask(
  { targets, isUsable, next }: RoutePlan,
  outcome: TaskOutcome | undefined,
): string {
  if (!isUsable || outcome?.state === 'failed') return '✗';
  const asked = targets.find(({ id }) => id === next?.target);
  if (asked === undefined) return '–';
  if (outcome?.state === 'answered') return '✓';
  const { provenAt = 0 } = asked.standing;
  const isOpen =
    outcome?.last !== undefined && provenAt <= outcome.last.at + outcome.last.durationMs;
  return isOpen ? '?' : signOfStanding(asked.standing);
}

/** Returns the cause of the last outcome in one word; undefined if nothing went wrong. */
export function nameCause({ last }: TaskOutcome): string | undefined {
  if (last === undefined) return undefined;
  return (
    causeOf(last) ?? last.attempts.find(({ failure }) => failure !== undefined)?.failure?.class
  );
}
