/** Edits single variables of a `.env` file line by line; all other bytes are kept. */

import { parseEnv } from 'node:util';
import type { Replacement, Setting } from '../settings.ts';

export function parseDotenv(text: string): unknown {
  return { ...parseEnv(text) }; // Node's result has no prototype, and would not equal our objects
}

export function editDotenv(text: string, settings: readonly Setting[]): string {
  return settings.reduce(setVariable, text);
}

/** Replaces the line that sets it, or appends one. A variable that is set twice keeps one line. */
function setVariable(text: string, { path: [variable], value }: Setting): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const assignment = assignmentOf(variable);
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const first = lines.findIndex((one) => assignment.test(one));
  const kept = lines.filter((one, index) => index === first || !assignment.test(one));
  const line = `${variable}=${value}`;
  const all = first < 0 ? [...kept, line] : kept.with(first, line);
  return `${all.join(newline)}${newline}`;
}

export function replaceDotenv(text: string, { path, value }: Replacement): string {
  if (value !== undefined)
    return setVariable(text, { path: path.map(String), value: String(value) });
  const assignment = assignmentOf(path[0]);
  const lines = text.split(/(?<=\n)/).filter((line) => !assignment.test(line));
  return lines.join('');
}

function assignmentOf(variable: string | number | undefined): RegExp {
  return new RegExp(`^\\s*(?:export\\s+)?${variable}\\s*=`);
}
