/**
 * `holdfast tasks` lists each task with its route, its last outcome, its failures in a row, and its
 * cost.
 */

import { describePast } from '../../access/wording/when.ts';
import { describeSum } from '../../cost/format-usd.ts';
import { listTaskRoutes, makeTaskRow, type TaskRow } from '../../explain/doctor/task-rows.ts';
import type { Plan } from '../../explain/plan/plan.ts';
import type { Readings } from '../../explain/snapshot/readings.ts';
import { countNoun } from '../../explain/why/wording.ts';
import { shellLine } from '../../host/shell-line.ts';
import { type Args, createCommand, json, type Printout, textOption } from '../context/command.ts';
import { withReadings } from '../context/readings.ts';
import { describeChain } from '../terminal/plan-lines.ts';
import type { CommandContext } from '../terminal/terminal.ts';

const params = {
  gateway: textOption('url', 'the gateway to read from; default: that of this home'),
  json,
};

export const commands = {
  tasks: createCommand({ params, example: 'holdfast tasks', run: runTasks }),
};

const dayMs = 24 * 60 * 60_000;
const days = 30;
/** Enough to count failures in a row. */
const lookedBack = 100;

function runTasks({ gateway }: Args<typeof params>, context: CommandContext): Promise<Printout> {
  return withReadings(context, gateway, async (readings) => {
    const plan = await readings.plan();
    const { at, tasksOff, tasksAsMain = [] } = plan;
    const all = await readRows(readings, plan);
    const rows = all.filter((row) => wasEverAsked(row) || !tasksAsMain.includes(row.task));
    const unasked = all.filter((row) => !rows.includes(row)).map(({ task }) => task);
    const off = tasksOff.map((task) => `  ${task}: switched off\n`);
    const rest =
      unasked.length === 0 ? '' : `  on main's route, not asked for yet: ${unasked.join(', ')}\n`;
    const out = [...rows.map((row) => describeTaskRow(row, at)), ...off, rest].join('');
    return { json: { schema: 'holdfast.tasks/1', days, tasks: rows, tasksOff, tasksAsMain }, out };
  });
}

function wasEverAsked({ last, requests }: TaskRow): boolean {
  return last !== undefined || requests > 0;
}

async function readRows(readings: Readings, plan: Plan): Promise<readonly TaskRow[]> {
  const usage = await readings.usage({ since: plan.at - days * dayMs });
  return Promise.all(
    listTaskRoutes(plan).map(async (route) =>
      makeTaskRow(route, await readings.records({ task: route.task, limit: lookedBack }), usage),
    ),
  );
}

function describeTaskRow(row: TaskRow, now: number): string {
  const { task, route, requests, usd, unpriced } = row;
  const money = describeSum({ usd, unpriced });
  const more = usd > 0 && unpriced > 0 ? `, ${unpriced} without a price` : '';
  const spent =
    requests === 0 ? 'no use is recorded' : `${countNoun(requests, 'request')}, ${money}${more}`;
  const facts = [
    `  route    ${describeChain(route)}`,
    `  last     ${describeOutcome(row, now)}`,
    `  ${days} days  ${spent}`,
  ];
  return `${signOfTask(row)} ${task}\n${facts.join('\n')}\n`;
}

function signOfTask({ last, failuresInARow, route }: TaskRow): string {
  if (!route.isUsable || failuresInARow > 0) return '✗';
  return last === undefined ? '?' : '✓';
}

function describeOutcome({ last, failuresInARow, task }: TaskRow, now: number): string {
  if (last === undefined) return 'not requested yet';
  const when = describePast(last.at, now);
  const cause = last.cause === undefined ? '' : ` after ${last.cause}`;
  if (last.outcome === 'answered')
    return `answered ${when} by ${last.answeredBy ?? 'somebody'}${cause}`;
  const often = failuresInARow > 1 ? `, ${failuresInARow} in a row` : '';
  return `${last.outcome} ${when} (${last.cause ?? 'unknown'})${often}: ${shellLine`holdfast explain ${task}`}`;
}
