/**
 * Starts a client with its own HOME and closed stdin, and ends it and its children when its time is
 * up.
 */

import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import type { Command, Place } from './client.ts';

/** How a client's process ended; the status is the exit code, the signal, or that time ran out. */
export interface Finished {
  readonly status: number | string;
  /** stdout and stderr as they came. */
  readonly output: string;
}

/** Runs the command to its end. A program that cannot be started has its error as status. */
export function runProcess(
  { argv: [program, ...options], environment }: Command,
  { home, work }: Place,
  limitMs: number,
): Promise<Finished> {
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const child = spawn(program, options, {
    cwd: work,
    env: { PATH: path, HOME: home, NO_COLOR: '1', TERM: 'dumb', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve) => {
    const end = (status: number | string): void => {
      clearTimeout(timer);
      endGroup(child.pid);
      resolve({ status, output });
    };
    const timer = setTimeout(() => end(`no answer within ${limitMs / 1000} s`), limitMs);
    child.on('error', ({ message }) => end(message));
    child.on('close', (code, signal) => end(code ?? signal ?? 'no status'));
  });
}

/** The client and whatever it started; by the group that `detached` made for it. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // the whole group ended by itself; nothing to do
  }
}
