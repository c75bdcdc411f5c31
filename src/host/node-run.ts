/**
 * Runs programs for the real host, such as one that prints a secret or controls a service: no
 * input, no shell unless asked for, no process left behind.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { codeOf, findFileShortage } from '../errors.ts';
import type { Run, RunOptions, RunResult } from '../host.ts';
import { shellLine } from './shell-line.ts';

/** In bytes; a message needs no more of the error output. */
const errorOutputLimit = 2048;
/**
 * A daemon started by the program may hold its pipes open. The program's own output has arrived
 * after this time.
 */
const drainMs = 200;

/** `close` ends every running program. */
export function createNodeRun(): { readonly run: Run; close(): void } {
  const running = new Set<RunningProgram>();
  return {
    run: async (command, options) => {
      const program = new RunningProgram(command, options);
      running.add(program);
      try {
        return await program.result;
      } finally {
        running.delete(program);
      }
    },
    close: () => {
      for (const program of running) program.end('aborted');
    },
  };
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

class RunningProgram {
  readonly #outcome = Promise.withResolvers<RunResult>();
  readonly result = this.#outcome.promise;
  readonly #command: readonly string[];
  readonly #options: RunOptions;
  readonly #output: Buffer[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #outputBytes = 0;
  #errorOutput = '';
  #child: Child | undefined;

  constructor(command: readonly string[], options: RunOptions) {
    this.#command = command;
    this.#options = options;
    try {
      this.#child = start(command, options);
      this.#listen(this.#child);
    } catch (error) {
      this.#finish(notStarted(error, command));
    }
  }

  /** Ends the program and everything it started. */
  end(because: 'timed-out' | 'output-too-long' | 'aborted'): void {
    if (this.#child !== undefined) killGroup(this.#child);
    this.#finish({ ended: because, errorOutput: this.#errorOutput });
  }

  readonly #onAbort = (): void => this.end('aborted');

  #listen(child: Child): void {
    const { signal, timeoutMs } = this.#options;
    child.stdout.on('data', (chunk: Buffer) => this.#keep(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#errorOutput = `${this.#errorOutput}${chunk.toString('utf8')}`.slice(
        0,
        errorOutputLimit,
      );
    });
    child.on('error', (error) => this.#finish(notStarted(error, this.#command)));
    child.on('close', (status) => this.#finish(this.#conclude(status)));
    child.on('exit', (status) => {
      this.#timers.push(setTimeout(() => this.#finish(this.#conclude(status)), drainMs));
    });
    this.#timers.push(setTimeout(() => this.end('timed-out'), timeoutMs));
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.end('aborted');
  }

  #keep(chunk: Buffer): void {
    this.#outputBytes += chunk.length;
    this.#output.push(chunk);
    if (this.#outputBytes > this.#options.outputLimit) this.end('output-too-long');
  }

  #conclude(status: number | null): RunResult {
    const errorOutput = this.#errorOutput;
    if (status === null) return { ended: 'signalled', errorOutput };
    return {
      ended: 'exited',
      status,
      output: Buffer.concat(this.#output).toString('utf8'),
      errorOutput,
    };
  }

  #finish(result: RunResult): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#child?.stdout.destroy();
    this.#child?.stderr.destroy();
    this.#outcome.resolve(result);
  }
}

/** Starts it in a process group of its own, so that its children can be killed with it. */
function start(command: readonly string[], options: RunOptions): Child {
  const [program = '', ...words] = options.shell ? ['/bin/sh', '-c', command.join(' ')] : command;
  return spawn(program, words, {
    detached: true,
    env: { ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

function killGroup({ pid }: Child): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has already exited
  }
}

type NotStarted = Extract<RunResult, { readonly ended: 'not-started' }>;

type StartFault = (program: string) => Pick<NotStarted, 'reason' | 'fix'>;

const mayNot: StartFault = (program) => {
  if (isFolder(program))
    return { reason: 'it is a folder, not a program', fix: { text: 'name the program in it' } };
  return mayAll(program)
    ? {
        reason: 'its rights let everybody execute it, and the system does not',
        fix: {
          text: 'its file system may be mounted with noexec, or a rule of the system forbid it: move it to another one, or name what reads it (sh, python3) before its whole path',
        },
      }
    : {
        reason: 'this user may not execute it (chmod +x)',
        fix: program.includes('/')
          ? { text: 'let this user execute it', command: shellLine`chmod u+x ${program}` }
          : { text: 'name it by its whole path' },
      };
};

const startFaults: Readonly<Record<string, StartFault>> = {
  ENOENT: (program) => ({
    reason: 'no such program',
    fix: {
      text: `install it${program.includes('/') ? '' : ', or name it by its whole path: here PATH may be shorter than in your shell'}`,
    },
  }),
  EACCES: mayNot,
  EPERM: mayNot,
};

/** By its rights everybody may execute it. */
function mayAll(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o111) === 0o111;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function notStarted(error: unknown, [program = '']: readonly string[]): RunResult {
  const code = codeOf(error) ?? 'unknown fault';
  const isThere = code === 'ENOENT' && program.includes('/') && existsSync(program);
  const fault = startFaults[code]?.(program) ?? { reason: `it did not start (${code})` };
  const shortage = findFileShortage(error);
  return {
    ended: 'not-started',
    shortage,
    ...fault,
    ...(isThere && explainFirstLine(program)),
  };
}

/** Of a script that is there, and whose interpreter is not. */
function explainFirstLine(program: string): Pick<NotStarted, 'reason' | 'fix'> {
  if (!endsAsOnWindows(program))
    return {
      reason: 'the interpreter that its first line names is not there',
      fix: { text: 'install that interpreter, or correct the first line of the script' },
    };
  const command = shellLine`sed -i 's/\\r$//' ${program}`;
  return {
    reason: 'its lines end as on Windows (CR LF), which no name of an interpreter does',
    fix: { text: 'take those line ends out', command },
  };
}

function endsAsOnWindows(path: string): boolean {
  try {
    return /^#!.*\r\n/.test(readFileSync(path, 'latin1'));
  } catch {
    return false;
  }
}
