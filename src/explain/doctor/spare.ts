/** Finds a target that could answer a task which nobody answers. Pure. */

import { shellLine } from '../../host/shell-line.ts';
import type { ShellLine } from '../../model/fix.ts';
import { isLost } from '../plan/create-plan.ts';
import type { RoutePlan, TargetPlan } from '../plan/plan.ts';

/** Returns the line that puts a target of another route into that of the task. */
export function addSpare(
  routes: readonly RoutePlan[],
  task: string,
  fits: (target: TargetPlan) => boolean = () => true,
): ShellLine | undefined {
  const own = new Set(routes.find((one) => one.task === task)?.targets.map(({ id }) => id));
  const spare = routes
    .flatMap(({ targets }) => targets)
    .find((target) => !own.has(target.id) && !isLost(target.standing) && fits(target));
  return spare && shellLine`holdfast fallback add ${[spare.id, ...optionOf(task)]}`;
}

/** Names the task for a command of ours. */
export function optionOf(task: string): readonly string[] {
  return task === 'main' ? [] : ['--task', task];
}
