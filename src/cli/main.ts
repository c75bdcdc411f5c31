/** The CLI's entry: the only file of it that touches `process`. Commands are loaded when they are asked for. */

import { describeError, explainError, toExitStatus } from './exit.ts';
import { createProgram } from './program.ts';
import { readAll, readHidden } from './read-secret-line.ts';
import { printJson, type Terminal } from './terminal.ts';

/** Runs one command and returns the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = createTerminal();
  try {
    return await createProgram(terminal).run(argv);
  } catch (error) {
    if (argv.includes('--json')) printJson(terminal, 'holdfast.error/1', describeError(error));
    terminal.talk(explainError(error));
    return toExitStatus(error);
  }
}

function createTerminal(): Terminal {
  const { env, stdout, stderr, stdin } = process;
  const hasForcedColor = !['', '0', 'false'].includes(env['FORCE_COLOR'] ?? '');
  for (const stream of [stdout, stderr]) stream.on('error', endQuietly);
  return {
    out: (text) => void stdout.write(text),
    talk: (text) => void stderr.write(text),
    isInteractive: stderr.isTTY === true && stdin.isTTY === true,
    hasColor: !env['NO_COLOR'] && (hasForcedColor || stderr.isTTY === true),
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

/** The reader is gone, as in `holdfast models | head -1`: nobody is left to talk to. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}
