/** Runs a command of the program on a real terminal, and types into it. */

import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const onTerminal = join(import.meta.dirname, 'on-terminal.py');

export type Step = readonly [waitFor: string, type: string];

/** What the terminal showed, and the exit status. */
export function typeOnTerminal(
  variables: Readonly<Record<string, string>>,
  argv: readonly string[],
  steps: readonly Step[],
): Promise<readonly [string, number]> {
  const env = { PATH: process.env['PATH'], NO_COLOR: '1', ...variables };
  const words = [onTerminal, JSON.stringify(steps), process.execPath, launcher, ...argv];
  return new Promise((resolve) => {
    execFile('python3', words, { env }, (error, shown) => {
      resolve([shown, typeof error?.code === 'number' ? error.code : 0]);
    });
  });
}

export function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']);
    return true;
  } catch {
    return false; // no terminal can be had here
  }
}
