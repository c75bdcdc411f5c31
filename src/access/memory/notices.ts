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
  /** By account, the change that was told while its caller's login could not pay. */
  readonly #away: Lesson<string, string>;

  constructor(clock: Clock, emit: EventListener) {
    const keyOf = (text: string): string => text;
    this.#emit = emit;
    this.#payers = new Lesson({ clock, keptMs: Number.POSITIVE_INFINITY, keyOf });
    this.#away = new Lesson({ clock, keptMs: Number.POSITIVE_INFINITY, keyOf });
    this.#shortages = new Lesson({ clock, keptMs: 60_000, keyOf });
  }

  /**
   * Warns once for each fallback that another account pays for; `whose`: it stands in for this
   * account's login, until `tellRenewed`.
   */
  tellPayer(change: string, text: string, whose = ''): void {
    const about = `${whose}${change}`;
    if (this.#payers.of(about) === true) return;
    this.#payers.learn(about, true);
    if (whose !== '') this.#away.learn(whose, about);
    this.#emit({ type: 'warning', code: 'payer-changed', text });
  }

  /** Says that a login pays again, if somebody was told that another account does. */
  tellRenewed(whose: string, text: string): void {
    const change = this.#away.of(whose);
    if (change === undefined) return;
    this.#away.forget(whose);
    this.#payers.forget(change);
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
