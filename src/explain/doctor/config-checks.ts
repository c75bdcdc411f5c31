/** What is wrong in the configuration: its problems, each with the line that mends it, and tasks whose names nobody asks for. Pure. */

import { findNearest } from '../../config/schema/nearest.ts';
import { getConfigValue } from '../../config/yaml/edit.ts';
import type { ConfigError, ConfigProblem } from '../../errors.ts';
import { defaults } from '../../model/defaults.ts';
import type { Mend } from '../snapshot/snapshot.ts';
import { createTrouble, type Trouble } from './troubles.ts';

/** `text` is that of the file; empty where there is none. */
export function describeProblems({ problems }: ConfigError, text: string): readonly Trouble[] {
  return problems
    .filter(({ severity }) => severity === undefined)
    .map((problem) => {
      const { path, line, key, message } = problem;
      const place = line === undefined ? path : `${path}:${line}`;
      return createTrouble('broken', `${place} ${key}: ${message}`, { mend: mendOf(problem, text), exit: 3 });
    });
}

function mendOf({ key, howToFix, message }: ConfigProblem, file: string): Mend | undefined {
  if (howToFix === undefined) return undefined;
  const meant = /did you mean ([\w./-]+)\?/.exec(howToFix)?.[1];
  const command = meant === undefined ? undefined : correct({ key, message, meant }, file);
  const text = howToFix.split('\n')[0] ?? howToFix;
  return command === undefined ? { text } : { text: `where ${meant} was meant`, command };
}

/** What was mistyped is a key, or a word in its value. */
function correct(
  { key, message, meant }: { readonly key: string; readonly message: string; readonly meant: string },
  text: string,
): string | undefined {
  const value = valueAt(text, key);
  if (message.startsWith('unknown key'))
    return value === undefined ? undefined : renameKey(key, meant, value);
  const wrong = /unknown \w+ "?([\w.-]+)"?/.exec(message)?.[1];
  if (wrong === undefined || typeof value !== 'string') return undefined;
  return `holdfast config set ${key} ${value.replace(wrong, meant)}`;
}

function valueAt(text: string, key: string): unknown {
  try {
    return getConfigValue(text, key);
  } catch {
    return undefined; // a text that cannot be read has no value to move
  }
}

/** The old one goes first: with both, the file would be refused. */
function renameKey(key: string, name: string, value: unknown): string {
  const renamed = [...key.split('.').slice(0, -1), name].join('.');
  const written = typeof value === 'string' ? value : `'${JSON.stringify(value)}'`;
  return `holdfast config unset ${key} && holdfast config set ${renamed} ${written}`;
}

/** A task may have any name; one that is nearly that of a known task is most likely a slip. */
export function findMistypedTasks(tasks: readonly string[], text: string): readonly Trouble[] {
  const known = Object.keys(defaults.taskTimeout);
  return tasks.flatMap((task): readonly Trouble[] => {
    const nearest = findNearest(task, known);
    if (task === 'main' || known.includes(task) || nearest === undefined || tasks.includes(nearest))
      return [];
    const value = valueAt(text, `auxiliary.${task}`);
    const what = `auxiliary.${task} is a task that no agent is known to ask for; did you mean ${nearest}?`;
    const command = renameKey(`auxiliary.${task}`, nearest, value ?? {});
    return [createTrouble('odd', what, { mend: { text: 'rename it', command } })];
  });
}
