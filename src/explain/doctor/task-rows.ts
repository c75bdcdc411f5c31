/**
 * How each task has fared lately: its route, its last outcome, failures in a row, and what it cost.
 * Pure.
 */

import { checkCaller } from '../../diagnostics/check-caller.ts';
import type { EndCause, RequestRecord } from '../../model/record.ts';
import type { UsageRow } from '../../model/usage.ts';
import type { Plan, RoutePlan } from '../plan/plan.ts';

export interface TaskRow {
  readonly task: string;
  readonly route: RoutePlan;
  /** Absent: nobody has asked for it, as far as is kept. */
  readonly last?: LastOutcome | undefined;
  /** Up to the last one. */
  readonly failuresInARow: number;
  /** Of the days that were asked for. */
  readonly requests: number;
  readonly usd: number;
  /** Requests without a price, which `usd` leaves out. */
  readonly unpriced: number;
}

interface LastOutcome extends Pick<RequestRecord, 'at' | 'outcome' | 'answeredBy'> {
  /** Why the first attempt that failed did. */
  readonly cause?: EndCause | undefined;
}

/** One route for each task, also for those that take the route of `main`. */
export function listTaskRoutes({ routes, tasksAsMain = [] }: Plan): readonly RoutePlan[] {
  const main = routes.find(({ task }) => task === 'main');
  return main === undefined
    ? routes
    : [...routes, ...tasksAsMain.map((task) => ({ ...main, task }))];
}

/** `records` are those of the task, newest first. */
export function makeTaskRow(
  route: RoutePlan,
  records: readonly RequestRecord[],
  usage: readonly UsageRow[],
): TaskRow {
  const { task } = route;
  const own = records.filter((record) => tellsOf(record, task));
  const [last] = own;
  const answered = own.findIndex(({ outcome }) => outcome === 'answered');
  const rows = usage.filter((row) => row.task === task && row.caller !== checkCaller);
  const sum = (of: (row: UsageRow) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  return {
    task,
    route,
    last: last && describeLast(last),
    failuresInARow: answered < 0 ? own.length : answered,
    requests: sum((row) => (row.purpose === 'discarded' ? 0 : row.requests)),
    usd: sum(({ usd }) => usd),
    unpriced: sum(({ unpriced }) => unpriced),
  };
}

/**
 * Whether a record tells how a task fares: not of a caller who left, and not of a question of ours.
 */
export function tellsOf({ outcome, caller, ...record }: RequestRecord, task: string): boolean {
  return record.task === task && outcome !== 'client-gone' && caller !== checkCaller;
}

function describeLast({ at, outcome, answeredBy, cause, attempts }: RequestRecord): LastOutcome {
  const why = cause ?? attempts.find(({ failure }) => failure !== undefined)?.failure?.class;
  return { at, outcome, answeredBy, cause: why };
}
