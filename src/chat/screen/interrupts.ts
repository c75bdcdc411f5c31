/** Decides what Ctrl-C means: the second one within 2 s leaves the chat. */

import type { Clock } from '../../host.ts';

const twiceMs = 2000;

export const leaveHint = 'Press Ctrl-C once more, or Ctrl-D, to leave.';

export class Interrupts {
  readonly #clock: Clock;
  /** Monotonic ms. */
  #lastAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes one, and returns whether it is the second. */
  note(): boolean {
    const now = this.#clock.monotonic();
    const isSecond = now - this.#lastAt <= twiceMs;
    this.#lastAt = now;
    return isSecond;
  }

  /** Call it for a line: the next Ctrl-C is a first one again. */
  forget(): void {
    this.#lastAt = -Infinity;
  }
}

/** The chat ends with it, and with the exit status of Ctrl-C. */
export function createInterruption(): DOMException {
  return new DOMException('interrupted', 'AbortError');
}
