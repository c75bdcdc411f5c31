/**
 * The CLI's entry, and its only file that touches `process`. Commands, and the parser's
 * descriptions of them, are loaded on demand: loading them and the error texts takes longer than
 * starting Node.
 */

import { isSameFile } from '../host/same-file.ts';
import { rootHelp } from './program/root-help.ts';
import { createOutput, type Output } from './terminal/output.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The two most common questions are answered without the parser. */
const knownAnswers: Readonly<Record<string, () => string | Promise<string>>> = {
  '--version': sayVersion,
  '-V': sayVersion,
  '--help': () => rootHelp,
  '-h': () => rootHelp,
};

async function sayVersion(): Promise<string> {
  const { describeVersion } = await import('../host/describe-version.ts');
  return `${describeVersion()}\n`;
}

/** Runs one command and returns the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const output = createOutput(process.stdout, process.stderr, isSameFile(1, 2));
  const known = argv.length === 1 ? knownAnswers[argv[0] ?? ''] : undefined;
  const status =
    known === undefined ? await choose(argv, output) : printAnswer(await known(), output);
  const fault = await output.finish();
  if (fault === undefined || fault.code === 'EPIPE') return status;
  const { explainLostOutput } = await import('./program/lost-output.ts');
  const lost = explainLostOutput(fault);
  output.talk(lost.text);
  return status === 0 ? lost.status : status;
}

function printAnswer(text: string, output: Output): number {
  output.out(text);
  return 0;
}

/** Containers run `health` every few seconds, so it skips the parser too. */
async function choose(argv: readonly string[], output: Output): Promise<number> {
  if (argv.length !== 1 || argv[0] !== 'health') return run(argv, output);
  const { askHealth } = await import('./context/health.ts');
  const { env } = process;
  const { isReady, text } = await askHealth({ get: (name) => env[name], all: () => ({}) });
  output.out(`${text}\n`);
  return isReady ? 0 : 1;
}

async function run(argv: readonly string[], output: Output): Promise<number> {
  const { runCommandLine } = await import('./program/run-program.ts');
  const { inOwnWords } = await import('../host/program-words.ts');
  const status = await runCommandLine(
    createTerminal(
      { ...output, talk: (text) => output.talk(inOwnWords(text)) },
      await import('./program/read-secret-line.ts'),
    ),
    argv,
    output.isLost,
  );
  // The launcher was early, and nothing was asked.
  if (process.stdin.isRaw) process.stdin.setRawMode(false);
  return status;
}

function createTerminal(
  output: Output,
  reading: typeof import('./program/read-secret-line.ts'),
): Terminal {
  const { createLineReader, readAllInput, readHidden, readInTime } = reading;
  const { env, stderr, stdin, stdout } = process;
  const hasForcedColor = !['', '0', 'false'].includes(env['FORCE_COLOR'] ?? '');
  return {
    out: output.out,
    talk: output.talk,
    isInteractive: stderr.isTTY === true && stdin.isTTY === true,
    hasColor: !env['NO_COLOR'] && (hasForcedColor || stderr.isTTY === true),
    readInput: async (wait) => {
      if (stdin.isTTY) return '';
      return wait === undefined ? readAllInput(stdin) : readInTime(stdin, wait);
    },
    readLine: createLineReader(stdin, stderr),
    readSecret: async (prompt) =>
      stdin.isTTY ? readHidden(stdin, stderr, prompt) : readAllInput(stdin),
    streams: { input: stdin, output: stdout },
    onSignal: (signals, listener) => {
      const stops = signals.map((signal) => catchSignal(signal, () => listener(signal), output));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

/** The system sends SIGPIPE for sockets too; only the one for stdout counts. */
function catchSignal(signal: NodeJS.Signals, listener: () => void, output: Output): () => void {
  if (signal === 'SIGPIPE') return output.onLost(listener);
  process.on(signal, listener);
  return () => void process.off(signal, listener);
}
