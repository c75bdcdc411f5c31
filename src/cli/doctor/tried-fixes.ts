/**
 * Tries each line that would change the configuration or the keys on a copy of the home, and keeps
 * only those after which the trouble is gone.
 */

import { ConfigError } from '../../errors.ts';
import { describeProblems } from '../../explain/doctor/config-checks.ts';
import type { Trouble, UntriedTrouble } from '../../explain/doctor/troubles.ts';
import type { ShellLine } from '../../model/fix.ts';
import { applyLine } from '../context/home-copy.ts';
import { inPlace, withRuntime } from '../context/with-runtime.ts';
import type { HomeContext } from '../terminal/terminal.ts';
import { listPlanChecks, readConfigText } from './plan-checks.ts';

/** Sends nothing, and changes nothing on the disk. */
export function tryFixes(
  context: HomeContext,
  troubles: readonly UntriedTrouble[],
): Promise<readonly Trouble[]> {
  return Promise.all(
    troubles.map(async ({ otherwise, ...trouble }) => {
      const { command } = trouble.fix ?? {};
      if (command === undefined || (await mends(context, { command, trouble, troubles })))
        return trouble;
      return { ...trouble, fix: otherwise };
    }),
  );
}

interface FixTrial {
  readonly command: ShellLine;
  readonly trouble: Trouble;
  readonly troubles: readonly Trouble[];
}

async function mends(
  context: HomeContext,
  { command, trouble, troubles }: FixTrial,
): Promise<boolean> {
  const copy = await applyLine(context, command).catch(() => 'refused' as const);
  if (copy === 'refused') return false;
  if (copy === undefined) return true;
  const left = await judgeCopy({ ...context, host: copy });
  const isNew = (one: Trouble): boolean => !troubles.some((known) => isSame(one, known));
  return !left.some((one) => isSame(one, trouble) || (isAsGrave(one, trouble) && isNew(one)));
}

/** Behind a configuration that cannot be used, a key may be missing: that is one step on. */
function isAsGrave(one: Trouble, trouble: Trouble): boolean {
  return one.exit === 3 || (one.exit === 4 && trouble.exit !== 3);
}

async function judgeCopy(copy: HomeContext): Promise<readonly Trouble[]> {
  const { signal } = new AbortController();
  try {
    return await withRuntime({ ...inPlace, host: copy.host }, async (runtime) => {
      const plan = await runtime.plan({ signal, isGlance: true });
      return listPlanChecks(copy, runtime, plan).flatMap(({ look }) => look());
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return describeProblems(error, readConfigText(copy));
  }
}

/** A line may move, and another task may be answered: the trouble stays the same, if as grave. */
function isSame(one: Trouble, other: Trouble): boolean {
  return one.exit === other.exit && nameTrouble(one) === nameTrouble(other);
}

function nameTrouble({ what }: Trouble): string {
  return what.replace(/^.* cannot be answered: /, '').replaceAll(/:\d+/g, '');
}
