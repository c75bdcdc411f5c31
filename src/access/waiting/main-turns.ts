/**
 * Side tasks give way to the conversation (before step 3 of a request): on a server that answers
 * one request at a time, a title would stand before the next turn of main. It begins when no
 * request of main is under way there.
 */

import type { Clock } from '../../host.ts';
import type { Target } from '../../model/target.ts';
import { untilAborted, within } from '../../transport/within.ts';

/** Requests of main under way at one origin. */
interface Busy {
  count: number;
  /** Resolves with the end of the last. */
  readonly over: PromiseWithResolvers<void>;
}

export class MainTurns {
  readonly #clock: Clock;
  /** By origin, whether it has said that it answers one request at a time. */
  readonly #said = new Map<string, boolean>();
  readonly #busy = new Map<string, Busy>();
  /** Some server has said how many requests it answers at a time. */
  hasHeard = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the server says of itself goes before what its software usually does. */
  noteSlots(origin: string, isOne: boolean): void {
    this.#said.set(origin, isOne);
    this.hasHeard = true;
  }

  /** Whether a side task would stand in the way of main there. */
  isUnderWay(origin: string): boolean {
    return this.#busy.has(origin);
  }

  /**
   * Returns the way to say that it has ended; nothing for a server that answers many, or that
   * nobody knows.
   */
  begin({ origin, answersOne }: Pick<Target, 'origin' | 'answersOne'>): (() => void) | undefined {
    if (!(this.#said.get(origin) ?? answersOne === true)) return undefined;
    const busy = this.#busy.get(origin) ?? { count: 0, over: Promise.withResolvers<void>() };
    busy.count += 1;
    this.#busy.set(origin, busy);
    return () => {
      busy.count -= 1;
      if (busy.count > 0) return;
      this.#busy.delete(origin);
      busy.over.resolve();
    };
  }

  /**
   * Resolves when none is under way there, or when the time is over. Rejects with the signal's
   * reason.
   */
  async whenFree(origin: string, withinMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const over = this.#busy.get(origin)?.over.promise;
    if (over !== undefined) await within(this.#clock, withinMs, untilAborted(over, signal));
  }
}
