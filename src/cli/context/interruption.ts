/**
 * Handles Ctrl-C in commands that print results so far: the drill and its tour end with those, and
 * with the signal's exit status.
 */

import type { Terminal } from '../terminal/terminal.ts';

/** As a shell reports them. A reader who leaves (SIGPIPE) is no error. */
const statuses: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGPIPE: 0,
};

export interface Interruption {
  /** Is aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Returns the exit status that the signal asks for; undefined if none came. */
  status(): number | undefined;
  /** Reports how far the command came, unless its reader has left. */
  report(progress: string): void;
}

/** Listens while `use` runs. It must begin before anything that needs closing is opened. */
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
      report: (progress) => {
        if (status !== 0) terminal.talk(`holdfast: interrupted after ${progress}\n`);
      },
    });
  } finally {
    stop();
  }
}
