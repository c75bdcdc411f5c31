/** Which changes of payer were told, in this process: each once. */

import type { EventListener } from '../../model/events.ts';

export class Payers {
  readonly #emit: EventListener;
  readonly #told = new Set<string>();

  constructor(emit: EventListener) {
    this.#emit = emit;
  }

  tell(change: string, text: string): void {
    if (this.#told.has(change)) return;
    this.#told.add(change);
    this.#emit({ type: 'warning', code: 'payer-changed', text });
  }
}
