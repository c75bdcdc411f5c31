/**
 * Reports problems of the configuration, each with its fix, and tasks whose names are probably
 * mistyped. Pure.
 */

import { formatKeyPath, readKeyPath } from '../../config/schema/key-paths.ts';
import { findNearest } from '../../config/schema/nearest.ts';
import { isShownWhole, readConfigValue, writeConfigValue } from '../../config/yaml/edit.ts';
import type { ConfigError, ConfigProblem, Typo } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import { defaults } from '../../model/defaults.ts';
import type { Warning } from '../../model/events.ts';
import type { Fix, ShellLine } from '../../model/fix.ts';
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
