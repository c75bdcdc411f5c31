/** The CLI's entry: the only file of it that touches `process`. Commands are loaded when they are asked for. */

import { explainError, toExitStatus } from './exit.ts';
import { createProgram } from './program.ts';
import { readAll, readHidden } from './read-secret-line.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command and returns the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = createTerminal();
  try {
    return await createProgram(terminal).run(argv);
  } catch (error) {
    terminal.talk(explainError(error));
    return toExitStatus(error);
  }
}

function createTerminal(): Terminal {
  const { env, stdout, stderr, stdin } = process;
  return {
    out: (text) => void stdout.write(text),
    talk: (text) => void stderr.write(text),
    isInteractive: stderr.isTTY === true && stdin.isTTY === true,
    hasColor: !env['NO_COLOR'] && (Boolean(env['FORCE_COLOR']) || stderr.isTTY === true),
    readInput: async () => (stdin.isTTY ? '' : readAll(stdin)),
    readSecret: async (prompt) => (stdin.isTTY ? readHidden(stdin, stderr, prompt) : readAll(stdin)),
    onSignal: (signals, listener) => {
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
  };
}
