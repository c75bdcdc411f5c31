/**
 * Side tasks yield to the conversation (before step 3 of a request): on a server that answers one
 * request at a time, a title would delay the next turn of main. It waits until no request of main
 * is under way there.
 */

import type { Clock } from '../../host.ts';
import type { Target } from '../../model/target.ts';
import type { TellWorkers } from '../../model/worker-news.ts';
import { untilAborted, within } from '../../transport/within.ts';

/** Counts requests of main under way at one origin. */
interface Busy {
  count: number;
  /** Resolves when the last one ends. */
  readonly over: PromiseWithResolvers<void>;
}

export class MainTurns {
  readonly #clock: Clock;
  /** By origin: the server reported that it answers one request at a time, or more. */
  readonly #said = new Map<string, boolean>();
  readonly #busy = new Map<string, Busy>();
  /** True once any server has reported its number of slots. */
  hasHeard = false;

  readonly #tell: TellWorkers | undefined;

  /** `tell` is told of each begin and end. Default: nobody. */
  constructor(clock: Clock, tell?: TellWorkers) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Records a server's own report, which overrides the default of its software. */
  noteSlots(origin: string, isOne: boolean): void {
    this.#said.set(origin, isOne);
    this.hasHeard = true;
  }

  /** True when a side task would delay main there. */
  isUnderWay(origin: string): boolean {
    return this.#busy.has(origin);
  }

  /**
   * Returns a function that marks the end; undefined for a server with many slots, or unknown ones.
   */
  begin({ origin, answersOne }: Pick<Target, 'origin' | 'answersOne'>): (() => void) | undefined {
    if (!(this.#said.get(origin) ?? answersOne === true)) return undefined;
    this.#count(origin, true);
    return () => this.#count(origin, false);
  }

  #count(origin: string, isUnderWay: boolean): void {
    this.hear(origin, isUnderWay);
    this.#tell?.({ kind: 'main', origin, isUnderWay });
  }

  /** A request of main begins or ends there, in this process or in another one. */
  hear(origin: string, isUnderWay: boolean): void {
    const busy = this.#busy.get(origin) ?? { count: 0, over: Promise.withResolvers<void>() };
    busy.count += isUnderWay ? 1 : -1;
    if (busy.count > 0) {
      this.#busy.set(origin, busy);
      return;
    }
    this.#busy.delete(origin);
    busy.over.resolve();
  }

  /** Returns the origins, each as often as a request of main is under way there. */
  list(): readonly string[] {
    return [...this.#busy].flatMap(([origin, { count }]) => Array<string>(count).fill(origin));
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
