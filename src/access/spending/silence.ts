/**
 * Whether the store answers. Who waits for it, waits for its next answer to anybody: from the first
 * wait in vain until that answer, nobody waits.
 */

import { startLoopTimer } from '../../host/loop-timer.ts';
import type { Clock, Timer } from '../../host.ts';

/**
 * A store that gives no answer for so long, in which our event loop was not busy itself, is silent.
 * At 50 ms it would be so whenever its thread starts, and where other programs take the processors,
 * and budgets would refuse what fits.
 */
const answerMs = 1000;

export class Silence {
  readonly #clock: Pick<Clock, 'startTimer' | 'afterTurn'>;
  #answers = 0;
  /** How many answers there were when it was found silent. */
  #foundAt: number | undefined;

  constructor(clock: Pick<Clock, 'startTimer' | 'afterTurn'>) {
    this.#clock = clock;
  }

  get isOn(): boolean {
    return this.#foundAt === this.#answers;
  }

  noteAnswer(): void {
    this.#answers += 1;
  }

  /** Returns what the promise resolves with, or `silent`. */
  waitFor<Result>(promise: Promise<Result>): Promise<Result | 'silent'> {
    let timer: Timer;
    return new Promise((resolve) => {
      const waitFrom = (answers: number): void => {
        timer = startLoopTimer(this.#clock, { ms: answerMs, waitMs: 0 }, () => {
          if (this.#answers !== answers) return waitFrom(this.#answers);
          this.#foundAt = answers;
          resolve('silent');
        });
      };
      waitFrom(this.#answers);
      void promise.then((result) => {
        timer.cancel();
        resolve(result);
      });
    });
  }
}
