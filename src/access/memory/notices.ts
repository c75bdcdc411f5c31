/**
 * Warnings that would repeat with every request: each is given once, or at most once in a while.
 */

import type { Clock } from '../../host.ts';
import type { EventListener } from '../../model/events.ts';
import { Lesson } from './lessons.ts';

export class Notices {
  readonly #emit: EventListener;
  readonly #payers: Lesson<string>;
  readonly #shortages: Lesson<string>;

  constructor(clock: Clock, emit: EventListener) {
    const keyOf = (text: string): string => text;
    this.#emit = emit;
    this.#payers = new Lesson({ clock, keptMs: Number.POSITIVE_INFINITY, keyOf });
    this.#shortages = new Lesson({ clock, keptMs: 60_000, keyOf });
  }

  /** Warns once for each fallback that another account pays for. */
  tellPayer(change: string, text: string): void {
    if (this.#payers.of(change) === true) return;
    this.#payers.learn(change, true);
    this.#emit({ type: 'warning', code: 'payer-changed', text });
  }

  /**
   * Warns that this process or its machine has no descriptor, thread or memory left: once a minute,
   * for any number of requests (step 7 of a request).
   */
  tellShortage(text: string): void {
    if (this.#shortages.of('any') === true) return;
    this.#shortages.learn('any', true);
    this.#emit({
      type: 'warning',
      code: 'busy',
      text: `${text}: callers are asked to come back in a second`,
    });
  }
}
