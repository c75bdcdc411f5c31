/** Stores an unfinished answer once a second, so that a killed process loses at most that much. */

import type { Clock, Timer } from '../host.ts';

const everyMs = 1000;

export interface PartialWriter {
  push(text: string): void;
  /** Stops writing. */
  end(): Promise<void>;
}

export function createPartialWriter(
  clock: Clock,
  write: (text: string) => Promise<void>,
): PartialWriter {
  let text = '';
  let timer: Timer | undefined;
  let writing: Promise<void> = Promise.resolve();
  const fire = (): void => {
    timer = undefined;
    // The final write reports any error.
    writing = writing.then(() => write(text)).catch(() => undefined);
  };
  return {
    push: (piece) => {
      text += piece;
      timer ??= clock.startTimer(everyMs, fire);
    },
    end: () => {
      timer?.cancel();
      return writing;
    },
  };
}
