/** The CLI's entry: the only file of it that touches `process`. Commands are loaded when they are asked for. */

import { describeFileFault } from '../config/file-fault.ts';
import { AccessError } from '../errors.ts';
import { describeError, explainError, toExitStatus } from './exit.ts';
import { createOutput, type Output } from './output.ts';
import { printError } from './print-error.ts';
import { createProgram } from './program.ts';
import { createLineReader, readAll, readHidden, readInTime } from './read-secret-line.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command and returns the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const output = createOutput(process.stdout, process.stderr);
  const status = await run(createTerminal(output), argv, output);
  if (process.stdin.isRaw) process.stdin.setRawMode(false); // the launcher was early, and nothing was asked
  const fault = await output.finish();
  if (fault === undefined || fault.code === 'EPIPE') return status;
  const error = new AccessError('local-fault', `stdout cannot be written: ${describeFileFault(fault)}`);
  output.talk(explainError(error));
  return status === 0 ? toExitStatus(error) : status;
}

async function run(terminal: Terminal, argv: readonly string[], output: Output): Promise<number> {
  try {
    return await createProgram(terminal).run(argv);
  } catch (error) {
    const status = toExitStatus(error);
    if (status === 130 && output.isLost()) return 0; // it ended for want of a reader, not at a signal
    printError(terminal, argv, describeError(error));
    terminal.talk(explainError(error));
    return status;
  }
}

function createTerminal(output: Output): Terminal {
  const { env, stderr, stdin } = process;
  const hasForcedColor = !['', '0', 'false'].includes(env['FORCE_COLOR'] ?? '');
  return {
    out: output.out,
    talk: output.talk,
    isInteractive: stderr.isTTY === true && stdin.isTTY === true,
    hasColor: !env['NO_COLOR'] && (hasForcedColor || stderr.isTTY === true),
    readInput: async (wait) => {
      if (stdin.isTTY) return '';
      return wait === undefined ? readAll(stdin) : readInTime(stdin, wait);
    },
    readLine: createLineReader(stdin, stderr),
    readSecret: async (prompt) => (stdin.isTTY ? readHidden(stdin, stderr, prompt) : readAll(stdin)),
    onSignal: (signals, listener) => {
      const stops = signals.map((signal) => listen(signal, () => listener(signal), output));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

/** The system sends SIGPIPE for sockets too: ours is only for stdout. */
function listen(signal: NodeJS.Signals, listener: () => void, output: Output): () => void {
  if (signal === 'SIGPIPE') return output.onLost(listener);
  process.on(signal, listener);
  return () => void process.off(signal, listener);
}
