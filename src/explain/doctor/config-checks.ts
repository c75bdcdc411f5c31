/**
 * Reports problems of the configuration, each with a fix: tasks whose names are probably mistyped,
 * and keys that look wrong, are in a file readable by others, or shadow each other. Pure.
 */

import { formatKeyPath, readKeyPath } from '../../config/schema/key-paths.ts';
import { findNearest } from '../../config/schema/nearest.ts';
import { isShownWhole, readConfigValue, writeConfigValue } from '../../config/yaml/edit.ts';
import type { ConfigError, ConfigProblem, Typo } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import { defaults } from '../../model/defaults.ts';
import type { Warning } from '../../model/events.ts';
import type { Fix, ShellLine } from '../../model/fix.ts';
import { isLost } from '../plan/create-plan.ts';
import type { KeyPlan, Plan } from '../plan/plan.ts';
import { describeKeyStanding, namePlannedKey } from './standing-words.ts';
import { createTrouble, type Trouble } from './troubles.ts';

/** `text` is the content of the file, empty if there is none. */
export function describeProblems({ problems }: ConfigError, text: string): readonly Trouble[] {
  return problems
    .filter(({ severity }) => severity === undefined)
    .map((problem) => {
      const { path, line, key, message } = problem;
      const place = line === undefined ? path : `${path}:${line}`;
      return createTrouble('broken', `${place} ${key}: ${message}`, {
        fix: fixProblem(problem, text),
        exit: 3,
      });
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
  const command =
    typo?.meant === undefined ? undefined : correct(key, { ...typo, meant: typo.meant }, file);
  return command === undefined ? fix : { text: `where ${typo?.meant} was meant`, command };
}

/**
 * Returns undefined if no command can fix it: the value is a list, or the name occurs more than
 * once.
 */
function correct(
  key: string,
  { of, written, meant }: Required<Typo>,
  text: string,
): ShellLine | undefined {
  const replace = (name: string): string | undefined => {
    if (name === written) return meant;
    return name.startsWith(`${written}/`) ? `${meant}${name.slice(written.length)}` : undefined;
  };
  if (of === 'key') {
    const name = replace(String(readKeyPath(key).at(-1)));
    return name === undefined ? undefined : renameKey(key, name, text);
  }
  const value = configValueAt(text, key);
  const corrected = typeof value === 'string' ? replace(value) : undefined;
  return corrected === undefined
    ? undefined
    : shellLine`holdfast config set ${key} ${writeConfigValue(corrected)}`;
}

function configValueAt(text: string, key: string): unknown {
  try {
    return readConfigValue(text, key);
  } catch {
    return undefined; // an unreadable file has no value to move
  }
}

/**
 * Removes the old key first, since a file with both is invalid. Returns undefined if the command
 * would overwrite a value or contain a secret.
 */
function renameKey(key: string, name: string, text: string): ShellLine | undefined {
  const renamed = formatKeyPath([...readKeyPath(key).slice(0, -1), name]);
  const value = configValueAt(text, key);
  if (value === undefined || configValueAt(text, renamed) !== undefined) return undefined;
  const written = writeConfigValue(value);
  if (![key, renamed].every((path) => isShownWhole(path, written))) return undefined;
  return shellLine`holdfast config unset ${key} && holdfast config set ${renamed} ${written}`;
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
      createTrouble('odd', what, { fix, exit: /un(readable|usable)$/.test(code) ? 1 : 0 }),
    );
}

/**
 * These warnings are reported here. Shadowed keys are reported from the plan, which has the state
 * of each key.
 */
const wrongForms: ReadonlySet<string> = new Set([
  'key-quoted',
  'key-assignment',
  'key-reference',
  'key-concatenated',
  'key-of-other-provider',
  'key-malformed',
  'gateway-key-ignored',
]);

/** Ignores an odd-looking key that works, or that comes after another. */
export function judgeKeyForms(warnings: readonly Warning[], { routes }: Plan): readonly Trouble[] {
  const targets = routes.flatMap((route) => route.targets);
  const keys = targets.flatMap((target) => target.keys);
  const answering = new Set(
    targets.filter(({ standing }) => !isLost(standing)).map(({ provider }) => provider),
  );
  const fine = keys.filter(({ state, hiddenBy }) => state === 'works' || hiddenBy !== undefined);
  const known = new Set(fine.map(({ fingerprint }) => fingerprint));
  return warnings
    .filter(({ code, fingerprint = '' }) => wrongForms.has(code) && !known.has(fingerprint))
    .map(({ code, text, fingerprint, provider = '' }) => {
      if (fingerprint === undefined && answering.has(provider))
        return createTrouble('odd', text, { fix: { text: 'take it out there' }, exit: 0 });
      const command = shellLine`holdfast auth add ${provider}`;
      const wanted = code === 'key-of-other-provider' ? 'a key of its own' : 'the key alone';
      return createTrouble('broken', text, { fix: { text: `give it ${wanted}`, command } });
    });
}

/** Each warning has the command that closes the file. */
export function judgeExposed(warnings: readonly Warning[]): readonly Trouble[] {
  return warnings
    .filter(({ code }) => code === 'key-file-exposed')
    .map(({ text, what = text, fix }) => createTrouble('odd', what, { fix }));
}

/** Ignores two different values for one provider while the first works. */
export function judgeShadows({ routes, at }: Plan): readonly Trouble[] {
  const targets = routes.flatMap((route) => route.targets);
  const found = targets.flatMap(({ provider, keys }) =>
    keys.flatMap((key) => findShadowed({ provider, key, keys, now: at })),
  );
  return [...new Map(found.map((trouble) => [trouble.what, trouble])).values()];
}

interface Shadowed {
  readonly provider: string;
  readonly key: KeyPlan;
  readonly keys: readonly KeyPlan[];
  readonly now: number;
}

function findShadowed({ provider, key, keys, now }: Shadowed): readonly Trouble[] {
  const { hides, hiddenBy } = key;
  if (hides !== undefined && !isGood(key)) return [describeHidden({ provider, now }, key, hides)];
  const winner = keys.find(({ fingerprint }) => fingerprint === hiddenBy?.fingerprint);
  if (hiddenBy === undefined || winner === undefined || isGood(winner)) return [];
  return [describeHidden({ provider, now }, winner, key)];
}

/** A key at its limit is still the right one. */
function isGood({ state, provenAt }: KeyPlan): boolean {
  return state === 'works' || (provenAt !== undefined && state !== 'out');
}

type NamedKey = Pick<KeyPlan, 'foundAt' | 'fingerprint' | 'variable'>;

function describeHidden(
  { provider, now }: Pick<Shadowed, 'provider' | 'now'>,
  winner: KeyPlan,
  hidden: NamedKey,
): Trouble {
  const { variable } = hidden;
  const command =
    variable === undefined
      ? shellLine`holdfast config set precedence ${'[stored, config, dotenv, env]'}`
      : shellLine`holdfast auth add ${provider} --from-env ${variable}`;
  return createTrouble(
    'odd',
    `${provider}: ${namePlannedKey(winner)} hides ${namePlannedKey(hidden)}`,
    {
      evidence: [`the two differ; the first: ${describeKeyStanding(winner, now)}`],
      fix: { text: 'where the hidden one is right', command },
    },
  );
}
