/**
 * Wraps the two streams that a command writes to. A failing stderr is ignored; a failing stdout
 * calls its listeners. On a terminal, control sequences are removed, since the text may come from a
 * model or provider; a file or a pipe gets every byte. Created in `main.ts`.
 */

import type { Writable } from 'node:stream';
import { removeControls } from '../../chat/markdown/controls.ts';

export interface Output {
  out(text: string): void;
  talk(text: string): void;
  isLost(): boolean;
  /** Calls back when stdout cannot be written any more, until the returned function is called. */
  onLost(listener: () => void): () => void;
  /**
   * Waits until all text is written, and returns the error of stdout, if any. `EPIPE` means that
   * the reader has left, as in `holdfast models | head -1`.
   */
  finish(): Promise<NodeJS.ErrnoException | undefined>;
}

/** May be a terminal. */
type OutputStream = Writable & { readonly isTTY?: boolean };

/** The only style that commands use, and only on stderr. */
const dimming = new RegExp(String.raw`(${'\x1b'}\[22?m)`);

/** `isShared`: both streams write to one place, so a line for people must not join an answer. */
export function createOutput(
  stdout: OutputStream,
  stderr: OutputStream,
  isShared = stdout.isTTY === true && stderr.isTTY === true,
): Output {
  const listeners = new Set<() => void>();
  let fault: NodeJS.ErrnoException | undefined;
  let isLineOpen = false;
  const lose = (error: Error | null | undefined): void => {
    if (!error || fault !== undefined) return;
    fault = error;
    for (const listener of listeners) listener();
  };
  // Without a listener an error would end the process. The failed write itself gets the error.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  return {
    out: (text) => {
      if (fault !== undefined || text === '') return;
      stdout.write(stdout.isTTY === true ? removeControls(text) : text, lose);
      isLineOpen = isShared && !text.endsWith('\n');
    },
    talk: (text) => {
      if (text === '') return;
      const shown = stderr.isTTY === true ? removeAllButDim(text) : text;
      stderr.write(isLineOpen ? `\n${shown}` : shown);
      isLineOpen = false;
    },
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

function removeAllButDim(text: string): string {
  const parts = text.split(dimming);
  return parts.map((part, index) => (index % 2 === 1 ? part : removeControls(part))).join('');
}
