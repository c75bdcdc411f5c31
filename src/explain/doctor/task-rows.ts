/** Summarises each task: its route, its last outcome, its failures in a row, and its cost. Pure. */

import { checkCaller } from '../../diagnostics/check-caller.ts';
import type { EndCause, RequestRecord } from '../../model/record.ts';
import type { UsageRow } from '../../model/usage.ts';
import type { Plan, RoutePlan } from '../plan/plan.ts';

export interface TaskRow {
  readonly task: string;
  readonly route: RoutePlan;
  /** Absent: no request is on record. */
  readonly last?: LastOutcome | undefined;
  /** Counts back from the last request. */
  readonly failuresInARow: number;
  /** Counts the days that were asked for. */
  readonly requests: number;
  readonly usd: number;
  /** Requests without a known price, which `usd` leaves out. */
  readonly unpriced: number;
}

interface LastOutcome extends Pick<RequestRecord, 'at' | 'outcome' | 'answeredBy'> {
  /** The failure of the first failed attempt. */
  readonly cause?: EndCause | undefined;
}

/** Returns one route per task, including tasks that use the route of `main`. */
export function listTaskRoutes({ routes, tasksAsMain = [] }: Plan): readonly RoutePlan[] {
  const main = routes.find(({ task }) => task === 'main');
  return main === undefined
    ? routes
    : [...routes, ...tasksAsMain.map((task) => ({ ...main, task }))];
}

/** `records` belong to the task, newest first. */
export function makeTaskRow(
  route: RoutePlan,
  records: readonly RequestRecord[],
  usage: readonly UsageRow[],
): TaskRow {
  const { task } = route;
  const own = records.filter((record) => countsForTask(record, task));
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

/** Whether a record counts for a task: callers who left and our own probes do not. */
export function countsForTask(
  { outcome, caller, ...record }: RequestRecord,
  task: string,
): boolean {
  return record.task === task && outcome !== 'client-gone' && caller !== checkCaller;
}

function describeLast({ at, outcome, answeredBy, cause, attempts }: RequestRecord): LastOutcome {
  const why = cause ?? attempts.find(({ failure }) => failure !== undefined)?.failure?.class;
  return { at, outcome, answeredBy, cause: why };
}
