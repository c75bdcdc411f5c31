/** Warnings that would come again with every request: each is told once, or once in a while. */

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

  /** A fallback sends the bill to somebody else: each change once. */
  tellPayer(change: string, text: string): void {
    if (this.#payers.of(change) === true) return;
    this.#payers.learn(change, true);
    this.#emit({ type: 'warning', code: 'payer-changed', text });
  }

  /**
   * This process, or its machine, has no descriptor, thread or memory left: one line a minute,
   * however many ask (step 7 of a request).
   */
  tellShortage(text: string): void {
    if (this.#shortages.of('any') === true) return;
    this.#shortages.learn('any', true);
    this.#emit({
      type: 'warning',
      code: 'busy',
      text: `${text}: callers are told to come back in a second`,
    });
  }
}
