/**
 * Reports problems of the configuration, each with a fix: tasks whose names are probably mistyped,
 * and keys that look wrong, are in a file readable by others, or shadow each other. Compares this
 * shell's configuration and keys with those of a running gateway. Pure.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { findNearest } from '../../config/schema/nearest.ts';
import { correctTypo, renameKey } from '../../config/yaml/correct-line.ts';
import type { ConfigError, ConfigProblem } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import { defaults } from '../../model/defaults.ts';
import type { Warning } from '../../model/events.ts';
import type { Fix } from '../../model/fix.ts';
import { isLost, targetsOf } from '../plan/create-plan.ts';
import type { KeyPlan, Plan } from '../plan/plan.ts';
import { describeKeyStanding } from './standing-words.ts';
import { createTrouble, type Trouble, type UntriedTrouble } from './troubles.ts';

/** `text` is the content of the file, empty if there is none. */
export function describeProblems(
  { problems }: ConfigError,
  text: string,
): readonly UntriedTrouble[] {
  return problems.flatMap((problem) => {
    const { path, line, key, message, severity } = problem;
    if (severity !== undefined) return [];
    const what = `${path}${line === undefined ? '' : `:${line}`} ${key}: ${message}`;
    const trouble = createTrouble('broken', what, { fix: fixProblem(problem, text), exit: 3 });
    return { ...trouble, otherwise: problem.fix };
  });
}

function fixProblem(problem: ConfigProblem, file: string): Fix | undefined {
  const { fix, typo, key, lacks = {} } = problem;
  if (fix === undefined) return undefined;
  const [lacking] = Object.entries(lacks);
  if (lacking !== undefined) {
    const [name, value] = lacking;
    const command = shellLine`holdfast config set ${`${key}.${name}`} ${value}`;
    return { text: `where its ${name} is ${value}`, command };
  }
  const command = typo && correctTypo(key, typo, file);
  return command ? { text: `where ${typo.meant} was meant`, command } : fix;
}

/** A task may have any name, but one close to a known task is probably a typo. */
export function findMistypedTasks(tasks: readonly string[], text: string): readonly Trouble[] {
  const known = Object.keys(defaults.taskTimeout);
  return tasks.flatMap((task): readonly Trouble[] => {
    const nearest = findNearest(task, known);
    if (task === 'main' || known.includes(task) || nearest === undefined || tasks.includes(nearest))
      return [];
    const what = `auxiliary.${task} is a task that no agent is known to ask for; did you mean ${nearest}?`;
    const command = renameKey(formatKeyPath(['auxiliary', task]), nearest, text);
    return [createTrouble('odd', what, { fix: { text: 'rename it', command } })];
  });
}

/** Told by the routes, and no trouble. */
const toldElsewhere: ReadonlySet<string> = new Set(['key-missing', 'zero-config']);

/** A file that cannot be read is broken; anything else works, and was probably not meant. */
export function judgeConfigWarnings(warnings: readonly Warning[]): readonly Trouble[] {
  return warnings
    .filter(({ code }) => !toldElsewhere.has(code))
    .map(({ code, text, what = text, fix }) =>
      createTrouble('odd', what, { fix, exit: /un(readable|usable)$|exposed$/.test(code) ? 1 : 0 }),
    );
}

/**
 * Tells the warnings about one key, and ignores an odd-looking key that works, or that comes after
 * another.
 */
export function judgeKeyForms(warnings: readonly Warning[], plan: Plan): readonly Trouble[] {
  const targets = targetsOf(plan);
  const fine = targets
    .flatMap(({ keys }) => keys)
    .filter(({ state, shadowedBy }) => state === 'works' || shadowedBy !== undefined);
  return warnings
    .filter(({ provider }) => provider !== undefined)
    .filter(({ fingerprint = '' }) => !fine.some((key) => key.fingerprint === fingerprint))
    .map(({ text, fingerprint, provider = '' }) => {
      const isAnswering = targets.some((one) => one.provider === provider && !isLost(one.standing));
      if (fingerprint === undefined && isAnswering)
        return createTrouble('odd', text, { fix: { text: 'correct it there' }, exit: 0 });
      const command = shellLine`holdfast auth add ${provider}`;
      return createTrouble('broken', text, { fix: { text: 'replace it', command } });
    });
}

/**
 * A refused key that also looks wrong is told once: its form becomes evidence of the refusal. Both
 * name the key by its fingerprint.
 */
export function joinForms(
  forms: readonly Trouble[],
  routes: readonly Trouble[],
): { readonly forms: readonly Trouble[]; readonly routes: readonly Trouble[] } {
  const named = ({ what }: Trouble): string | undefined =>
    /\(sha256:\w+\)/.exec(what)?.[0] ?? /(?:is not used|has no key): (.*)/s.exec(what)?.[1];
  const told = new Set(routes.map(named));
  return {
    forms: forms.filter((form) => named(form) === undefined || !told.has(named(form))),
    routes: routes.map((route) => {
      const print = named(route);
      if (!print?.startsWith('(')) return route;
      const said = forms
        .filter((form) => named(form) === print)
        .map(({ what }) => `the key${what.slice(what.indexOf(print) + print.length)}`);
      return { ...route, evidence: [...said, ...route.evidence] };
    }),
  };
}

/** Each warning has the command that closes the file. */
export function judgeExposed(warnings: readonly Warning[]): readonly Trouble[] {
  return judgeConfigWarnings(warnings.filter(({ code }) => code === 'key-file-exposed'));
}

/**
 * Tells which key hides which, unless the first works. The warnings are of this shell; a gateway's
 * plan says how it fares there.
 */
export function judgeShadows(warnings: readonly Warning[], plan: Plan): readonly Trouble[] {
  const keys = targetsOf(plan).flatMap((target) => target.keys);
  return warnings.flatMap(({ over, text, what = text, fix }) => {
    const winner = keys.find(({ fingerprint = '' }) => fingerprint === over);
    if (winner === undefined || isGood(winner)) return [];
    const evidence = [`the two differ; the first: ${describeKeyStanding(winner, plan.at)}`];
    return createTrouble('odd', what, { evidence, fix });
  });
}

/** A key at its limit is still the right one. */
function isGood({ state, provenAt }: KeyPlan): boolean {
  return state === 'works' || (provenAt !== undefined && state !== 'out');
}

/** `who` names the gateway: `the gateway at http://127.0.0.1:4653 (pid 812)`. */
export function comparePlans(shell: Plan, gateway: Plan, who: string): readonly Trouble[] {
  const text = 'use that one here too';
  const command = shellLine`export HOLDFAST_CONFIG=${gateway.config}`;
  const evidence = [`this shell: ${shell.config}`, `the gateway: ${gateway.config}`];
  const what = `this shell and ${who} read two configurations`;
  const other = createTrouble('odd', what, { evidence, fix: { text, command } });
  const [ours, theirs] = [keysOf(shell), keysOf(gateway)];
  const differing = ours.flatMap((mine) => compareKeys(mine, theirs, who));
  const absent = theirs.flatMap(({ id, variable, fingerprint }) => {
    const isHere = ours.some((one) => one.id === id || one.fingerprint === fingerprint);
    if (isHere || variable === undefined || fingerprint === undefined) return [];
    const only = `${variable} is set for ${who} (${fingerprint}) but not in this shell`;
    return createTrouble('resting', only, {});
  });
  return [...(shell.config === gateway.config ? [] : [other]), ...differing, ...absent];
}

interface PooledKey extends KeyPlan {
  readonly provider: string;
}

/** Returns each key once. */
function keysOf(plan: Plan): readonly PooledKey[] {
  const all = targetsOf(plan).flatMap(({ provider, keys }) =>
    keys.map((key) => ({ ...key, provider })),
  );
  return [...new Map(all.map((key) => [key.id, key])).values()];
}

function compareKeys(
  mine: PooledKey,
  others: readonly PooledKey[],
  who: string,
): readonly Trouble[] {
  const { id, variable, fingerprint } = mine;
  if (fingerprint === undefined || variable === undefined) return []; // what stands in a file, both read
  // the same secret may be stored on one side, and in a variable on the other
  if (others.some((one) => one.fingerprint === fingerprint)) return [];
  const theirs = others.find((one) => one.id === id);
  const [what, evidence, text] =
    theirs?.fingerprint === undefined
      ? [
          `${variable} is set in this shell (${fingerprint}) but not for ${who}`,
          'a running program keeps the variables that it was started with',
          'store it, for the gateway and every shell',
        ]
      : [
          `${variable} is ${fingerprint} in this shell, and ${who} has ${theirs.fingerprint}`,
          `the gateway has it from ${theirs.foundAt}`,
          mine.source === 'config' ? '' : 'if the value of this shell is right, store it',
        ];
  // a stored key comes after the one that the configuration names
  const command = shellLine`holdfast auth add ${mine.provider} --from-env ${variable}`;
  const fix = text ? { text, command } : { text: `restart it where ${variable} is right` };
  return [createTrouble('odd', what, { evidence: [evidence], fix })];
}
