/** Single variables of a `.env` file, changed line by line: what is not named keeps its bytes. */

import { parseEnv } from 'node:util';
import type { Setting } from '../settings.ts';

export function parseDotenv(text: string): unknown {
  return { ...parseEnv(text) }; // what Node gives has no prototype, and would equal no object of ours
}

export function editDotenv(text: string, settings: readonly Setting[]): string {
  return settings.reduce(setVariable, text);
}

/** In place of the line that sets it, or at the end; one that is set twice stays once. */
function setVariable(text: string, { path: [variable], value }: Setting): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const assignment = new RegExp(`^\\s*(?:export\\s+)?${variable}\\s*=`);
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const first = lines.findIndex((one) => assignment.test(one));
  const kept = lines.filter((one, index) => index === first || !assignment.test(one));
  const line = `${variable}=${value}`;
  const all = first < 0 ? [...kept, line] : kept.with(first, line);
  return `${all.join(newline)}${newline}`;
}
