/**
 * Ctrl-C in a command that shows what it has seen so far: demo and drill end with that, and with
 * the signal's exit status.
 */

import type { Terminal } from '../terminal/terminal.ts';

/** What a shell says of a command that ended at the signal; nobody is told of a reader who left. */
const statuses: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGPIPE: 0,
};

export interface Interruption {
  /** Aborted at the first of the signals. */
  readonly signal: AbortSignal;
  /** The exit status that a signal asks for; undefined while none came. */
  status(): number | undefined;
  /** Says how far the command came; a reader who left is told nothing. */
  tell(progress: string): void;
}

/** Listens while `use` runs: it begins before anything that must be closed. */
export async function interruptibly<T>(
  terminal: Terminal,
  use: (interruption: Interruption) => Promise<T>,
): Promise<T> {
  const leaving = new AbortController();
  let status: number | undefined;
  const stop = terminal.onSignal(['SIGINT', 'SIGTERM', 'SIGPIPE'], (signal) => {
    status ??= statuses[signal];
    leaving.abort();
  });
  try {
    return await use({
      signal: leaving.signal,
      status: () => status,
      tell: (progress) => {
        if (status !== 0) terminal.talk(`holdfast: interrupted after ${progress}\n`);
      },
    });
  } finally {
    stop();
  }
}
