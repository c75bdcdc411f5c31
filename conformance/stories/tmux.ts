/**
 * A terminal for a program that behaves otherwise without one: tmux on a socket of its own, typed
 * into and read.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command, Place } from '../client.ts';

export interface Screen {
  /** All that was shown so far, as plain text. */
  read(): string;
  /** Types a line and Enter. */
  type(line: string): void;
  /** Waits until the screen is as it should be; false when the time is up. */
  until(isSo: (screen: string) => boolean, limitMs: number): Promise<boolean>;
  close(): void;
}

export const hasTmux = (): boolean => spawnSync('tmux', ['-V']).status === 0;

/**
 * Starts the command in a window of 200 columns. The socket is in the client's own HOME, so that no
 * other tmux is touched.
 */
export function openScreen(
  { argv, environment }: Command,
  { home, work }: Pick<Place, 'home' | 'work'>,
): Screen {
  const socket = join(home, 'tmux');
  const tmux = (...words: readonly string[]): string =>
    spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...words], {
      cwd: work,
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
        ...environment,
      },
      encoding: 'utf8',
    }).stdout;
  tmux('new-session', '-d', '-x', '200', '-y', '60', ...argv);
  const read = (): string => tmux('capture-pane', '-p', '-S', '-500');
  return {
    read,
    type: (line) => void tmux('send-keys', line, 'Enter'),
    until: async (isSo, limitMs) => {
      const end = performance.now() + limitMs;
      while (!isSo(read())) {
        if (performance.now() > end) return false;
        await wait(250);
      }
      return true;
    },
    close: () => void tmux('kill-server'),
  };
}
