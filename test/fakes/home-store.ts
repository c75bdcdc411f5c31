/** The store of a home with several processes: what one writes the others know when told. */

import type { HealthSnapshot } from '../../src/store/store.ts';
import { ReferenceStore } from './reference-store.ts';

export class HomeStore extends ReferenceStore {
  readonly #listeners = new Set<(snapshot: HealthSnapshot) => void>();

  override subscribe(onChange: (snapshot: HealthSnapshot) => void): () => void {
    this.#listeners.add(onChange);
    return () => void this.#listeners.delete(onChange);
  }

  /** Every process reads health now, as each does within a second after a change. */
  async tell(): Promise<void> {
    const snapshot = await this.readHealth();
    for (const listener of this.#listeners) listener(snapshot);
  }
}
