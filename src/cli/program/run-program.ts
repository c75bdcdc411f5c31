/** Runs one command line to its exit status, and explains errors. */

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
    printError(terminal, argv, describeError(error));
    terminal.talk(explainError(error));
    return status;
  }
}
