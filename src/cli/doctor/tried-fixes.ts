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

/**
 * Sends nothing, and changes nothing on the disk. A line may need those above it, as its readers
 * carry them out. `known`: all that was wrong before.
 */
export async function tryFixes(
  context: HomeContext,
  troubles: readonly UntriedTrouble[],
  known: readonly Trouble[] = troubles,
): Promise<readonly Trouble[]> {
  const tried: Trouble[] = [];
  let behind: HomeContext | undefined;
  for (const { otherwise, ...trouble } of troubles) {
    const { command } = trouble.fix ?? {};
    const trial = command && { command, trouble, known };
    const isGood =
      trial === undefined ||
      (await mends(context, trial)) ||
      (behind !== undefined && (await mends(behind, trial)));
    tried.push(isGood ? trouble : { ...trouble, fix: otherwise });
    if (isGood && command !== undefined) behind = await carryOut(behind ?? context, command);
  }
  return tried;
}

/** Returns the home behind this line, as far as it can be carried out there. */
async function carryOut(context: HomeContext, command: ShellLine): Promise<HomeContext> {
  const copy = await applyLine(context, command).catch(() => undefined);
  return copy === undefined ? context : { ...context, host: copy };
}

/** Returns the error with the line of each problem that one line mends, in place of its advice. */
export async function tryProblems(context: HomeContext, error: ConfigError): Promise<ConfigError> {
  const text = readConfigText(context);
  const each = error.problems.map((one) =>
    describeProblems(new ConfigError(error.code, [one]), text),
  );
  const tried = await tryFixes(context, each.flat());
  const fixes = tried.values();
  const problems = error.problems.map((problem, index) => {
    const { fix } = (each[index]?.length === 0 ? undefined : fixes.next().value) ?? problem;
    return { ...problem, fix };
  });
  return new ConfigError(error.code, problems);
}

interface FixTrial {
  readonly command: ShellLine;
  readonly trouble: Trouble;
  readonly known: readonly Trouble[];
}

async function mends(
  context: HomeContext,
  { command, trouble, known }: FixTrial,
): Promise<boolean> {
  const copy = await applyLine(context, command).catch(() => 'refused' as const);
  if (copy === 'refused') return false;
  if (copy === undefined) return true;
  const left = await judgeCopy({ ...context, host: copy });
  const isNew = (one: Trouble): boolean => !known.some((other) => isSame(one, other));
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
