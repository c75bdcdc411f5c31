/** Runs one command line to its exit status, and explains errors. */

import { ConfigError } from '../../errors.ts';
import { withFiles } from '../context/with-runtime.ts';
import { describeError, explainError, toExitStatus } from '../terminal/exit.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printError } from './print-error.ts';
import { runWords } from './program.ts';

/** `isLost` tells whether stdout has lost its reader. */
export async function runCommandLine(
  terminal: Terminal,
  argv: readonly string[],
  isLost: () => boolean,
): Promise<number> {
  try {
    return await runWords(terminal, argv);
  } catch (error) {
    const status = toExitStatus(error);
    if (status === 130 && isLost()) return 0; // it ended for want of a reader, not at a signal
    const told = error instanceof ConfigError ? await findLines(terminal, error) : error;
    printError(terminal, argv, describeError(told));
    terminal.talk(explainError(told));
    return status;
  }
}

/** Who only looks for the line that mends a configuration never hides what is wrong with it. */
async function findLines({ host }: Terminal, error: ConfigError): Promise<ConfigError> {
  const { tryProblems } = await import('../doctor/tried-fixes.ts');
  try {
    return await withFiles((files, paths) => tryProblems({ host: files, paths }, error), host);
  } catch {
    return error;
  }
}
