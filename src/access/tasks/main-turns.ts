/**
 * Side tasks give way to the conversation (before step 3 of a request): on a server that answers one request at a time, a
 * title would stand before the next turn of main. It begins when no request of main is under way there.
 */

import type { Clock } from '../../host.ts';

export class MainTurns {
  readonly #clock: Clock;
  /** Requests of main under way, by origin. */
  readonly #busy = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isUnderWay(origin: string): boolean {
    return this.#busy.has(origin);
  }

  /** Returns the way to say that it has ended. */
  begin(origin: string): () => void {
    this.#busy.set(origin, (this.#busy.get(origin) ?? 0) + 1);
    return () => {
      const left = (this.#busy.get(origin) ?? 1) - 1;
      if (left > 0) this.#busy.set(origin, left);
      else this.#busy.delete(origin);
      for (const look of this.#waiting) look();
    };
  }

  /** Resolves when none is under way there, or when the time is over. Rejects with the signal's reason. */
  async whenFree(origin: string, withinMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#busy.has(origin)) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#busy.has(origin)) return;
        leave();
      };
      const leave = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', leave);
        this.#waiting.delete(look);
        resolve();
      };
      const timer = this.#clock.startTimer(withinMs, leave);
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.add(look);
    });
    signal.throwIfAborted();
  }
}
