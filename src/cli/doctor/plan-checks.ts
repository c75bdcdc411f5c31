/** Lists the checks that need no more than the configuration and a plan. */

import {
  findMistypedTasks,
  joinForms,
  judgeConfigWarnings,
  judgeExposed,
  judgeKeyForms,
  judgeShadows,
} from '../../explain/doctor/config-checks.ts';
import { judgeRoutes } from '../../explain/doctor/judge-routes.ts';
import type { Check, Trouble } from '../../explain/doctor/troubles.ts';
import type { Plan } from '../../explain/plan/plan.ts';
import type { Runtime } from '../../runtime.ts';
import type { HomeContext } from '../terminal/terminal.ts';

interface PlanCheck extends Check {
  readonly look: () => readonly Trouble[];
}

export function listPlanChecks(
  context: HomeContext,
  runtime: Pick<Runtime, 'config' | 'warnings'>,
  plan: Plan,
): readonly PlanCheck[] {
  const warnings = runtime.warnings();
  const tasks = [...runtime.config().routes.keys()];
  const joined = (): ReturnType<typeof joinForms> =>
    joinForms(judgeKeyForms(warnings, plan), judgeRoutes(plan));
  return [
    {
      name: 'the names of tasks',
      look: () => findMistypedTasks(tasks, readConfigText(context)),
    },
    {
      name: 'what the configuration warns of',
      look: () => judgeConfigWarnings(runtime.config().warnings),
    },
    { name: 'how keys look', look: () => joined().forms },
    { name: 'keys that hide one another', look: () => judgeShadows(warnings, plan) },
    { name: 'who can read keys', look: () => judgeExposed(warnings) },
    { name: 'who can be asked for each task', look: () => joined().routes },
  ];
}

/** Empty if there is no file, or none that can be read: another check says so. */
export function readConfigText({ host: { files }, paths: { configFile } }: HomeContext): string {
  try {
    return files.stamp(configFile) === undefined ? '' : files.readText(configFile);
  } catch {
    return '';
  }
}
