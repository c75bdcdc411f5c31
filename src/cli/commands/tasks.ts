/**
 * `holdfast tasks` lists each task with its route, its last outcome, its failures in a row, and its
 * cost.
 */

import { describePast } from '../../access/wording/when.ts';
import { describeSum } from '../../cost/format-usd.ts';
import { nameCause, signOfTask } from '../../explain/doctor/standing-words.ts';
import { countNoun } from '../../explain/why/wording.ts';
import { shellLine } from '../../host/shell-line.ts';
import { type Args, createCommand, json, type Printout, textOption } from '../context/command.ts';
import { withReadings } from '../context/readings.ts';
import { describeChain, describeMiss } from '../terminal/plan-lines.ts';
import { describeUndecided, listTaskRows, type TaskRow } from '../terminal/task-rows.ts';
import type { CommandContext } from '../terminal/terminal.ts';

const params = {
  gateway: textOption('url', 'the gateway to read from; default: that of this home'),
  json,
};

export const commands = {
  tasks: createCommand({
    params,
    exits: { 4: 'a task cannot be answered, or its last request was not' },
    example: 'holdfast tasks',
    run: runTasks,
  }),
};

const dayMs = 24 * 60 * 60_000;
const days = 30;

function runTasks({ gateway }: Args<typeof params>, context: CommandContext): Promise<Printout> {
  return withReadings(context, gateway, async (readings) => {
    const plan = await readings.plan();
    const { at, tasksOff, tasksAsMain = [] } = plan;
    const all = listTaskRows(plan, await readings.usage({ since: at - days * dayMs }));
    const rows = all.filter((row) => wasEverAsked(row) || !tasksAsMain.includes(row.task));
    const unasked = all.filter((row) => !rows.includes(row)).map(({ task }) => task);
    const off = tasksOff.map((task) => `  ${task}: switched off\n`);
    const rest =
      unasked.length === 0 ? '' : `  on main's route, not asked for yet: ${unasked.join(', ')}\n`;
    const out = [...rows.map((row) => describeTaskRow(row, at)), ...off, rest].join('');
    const json = { schema: 'holdfast.tasks/1', days, tasks: rows, tasksOff, tasksAsMain } as const;
    const isShut = rows.some(({ route, outcome }) => signOfTask(route, outcome) === '✗');
    return { json, out, exit: isShut ? 4 : 0 };
  });
}

function wasEverAsked({ outcome, requests }: TaskRow): boolean {
  return (outcome?.last ?? outcome?.refused) !== undefined || requests > 0;
}

function describeTaskRow(row: TaskRow, now: number): string {
  const { task, route, requests, usd, unpriced } = row;
  const money = describeSum({ usd, unpriced });
  const more = usd > 0 && unpriced > 0 ? `, ${unpriced} without a price` : '';
  const none = wasEverAsked(row) ? 'no answer is recorded' : 'no use is recorded';
  const spent = requests === 0 ? none : `${countNoun(requests, 'request')}, ${money}${more}`;
  const facts = [
    `  route    ${describeChain(route)}`,
    `  last     ${describeOutcome(row, now)}`,
    `  ${days} days  ${spent}`,
  ];
  return `${signOfTask(route, row.outcome)} ${task}\n${facts.join('\n')}\n`;
}

/** A request that was refused for its own sake decides nothing, and is told before what does. */
function describeOutcome(row: TaskRow, now: number): string {
  const { last, refused } = row.outcome ?? {};
  const deciding = describeDeciding(row, now);
  if (refused === undefined) return deciding;
  const own = `${describeMiss(refused, 1, now)}: ${shellLine`holdfast why ${refused.id}`}`;
  return last === undefined ? own : `${own}; before that ${deciding}`;
}

function describeDeciding({ outcome, task, route, requests }: TaskRow, now: number): string {
  if (outcome?.last === undefined) {
    const next = route.targets.find(({ id }) => id === route.next?.target);
    const { state, provenAt = now } = next?.standing ?? {};
    return `${describeUndecided(requests)}${state === 'works' ? `; its key worked ${describePast(provenAt, now)}` : ''}`;
  }
  const { last, inARow, state, why } = outcome;
  const when = describePast(last.at, now);
  const cause = nameCause(outcome);
  if (inARow === 0)
    return `answered ${when} by ${last.answeredBy ?? 'somebody'}${cause === undefined ? '' : ` after ${cause}`}`;
  const rest = state === 'failed' ? `: ${shellLine`holdfast explain ${task}`}` : `; ${why}`;
  return `${describeMiss(last, inARow, now)}${rest}`;
}
