/** Ctrl-C in a command that shows what it has seen so far: demo and drill end with that, and with the signal's exit status. */

import type { Terminal } from './terminal.ts';

export interface Interruption {
  /** Aborted at the first of the signals. */
  readonly signal: AbortSignal;
  /** The exit status that a signal asks for; undefined while none came. */
  exitStatus(): number | undefined;
  /** Says how far the command came; a reader who left is told nothing. */
  tell(progress: string): void;
  stop(): void;
}

/** What a shell says of a command that ended at the signal; nobody is told of a reader who left. */
const statuses = { SIGINT: 130, SIGTERM: 143, SIGPIPE: 0 } as const;

/** Listens from now until `stop`: begin before anything that must be closed. */
export function listenForInterruption(terminal: Terminal): Interruption {
  const leaving = new AbortController();
  let status: number | undefined;
  const note = (named: number) => (): void => {
    status ??= named;
    leaving.abort();
  };
  const stops = [
    terminal.onSignal(['SIGINT'], note(statuses.SIGINT)),
    terminal.onSignal(['SIGTERM'], note(statuses.SIGTERM)),
    terminal.onSignal(['SIGPIPE'], note(statuses.SIGPIPE)),
  ];
  return {
    signal: leaving.signal,
    exitStatus: () => status,
    tell: (progress) => {
      if (status !== statuses.SIGPIPE) terminal.talk(`holdfast: interrupted after ${progress}\n`);
    },
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
