/**
 * Keeps what an answer has said so far, once a second: a process that is killed loses no more than
 * that.
 */

import type { Clock, Timer } from '../host.ts';

const everyMs = 1000;

export interface PartialWriter {
  push(text: string): void;
  /** From now on nothing is written any more. */
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
    writing = writing.then(() => write(text)).catch(() => undefined); // whoever writes the whole of it says so
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
