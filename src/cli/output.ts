/**
 * The two streams that a command writes to, and what follows when one of them cannot be written any more: on stderr
 * nothing, on stdout whoever listens for it is told. Made in `main.ts`.
 */

import type { Writable } from 'node:stream';

export interface Output {
  out(text: string): void;
  talk(text: string): void;
  isLost(): boolean;
  /** Calls back when stdout cannot be written any more, until the returned function is called. */
  onLost(listener: () => void): () => void;
  /** Why stdout could not be written, once all that was said is out. `EPIPE` is a reader who has left, as in `holdfast models | head -1`. */
  finish(): Promise<NodeJS.ErrnoException | undefined>;
}

export function createOutput(stdout: Writable, stderr: Writable): Output {
  const listeners = new Set<() => void>();
  let fault: NodeJS.ErrnoException | undefined;
  const lose = (error: Error | null | undefined): void => {
    if (!error || fault !== undefined) return;
    fault = error;
    for (const listener of listeners) listener();
  };
  // Without a listener an error ends the process. Which write failed is told to the write.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  return {
    out: (text) => {
      if (fault === undefined) stdout.write(text, lose);
    },
    talk: (text) => void stderr.write(text),
    isLost: () => fault !== undefined,
    onLost: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    finish: async () => {
      await new Promise<void>((resolve) => stdout.write('', () => resolve()));
      return fault;
    },
  };
}
