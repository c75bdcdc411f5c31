/** Descriptions of images in memory: forgotten with the process, and those used longest ago before. */

import type { DescriptionLimits } from '../../model/descriptions.ts';
import type { DescriptionStore } from './description-store.ts';

export class DescriptionMemory implements DescriptionStore {
  readonly #limits: () => DescriptionLimits;
  /** Those used last stand last. */
  readonly #texts = new Map<string, string>();
  #bytes = 0;

  constructor(limits: () => DescriptionLimits) {
    this.#limits = limits;
  }

  find(key: string): string | undefined {
    const text = this.#texts.get(key);
    if (text === undefined) return undefined;
    this.#texts.delete(key);
    this.#texts.set(key, text);
    return text;
  }

  keep(key: string, text: string): string {
    const known = this.find(key);
    if (known !== undefined) return known;
    this.#texts.set(key, text);
    this.#bytes += Buffer.byteLength(text);
    for (const [oldest, gone] of this.#texts) {
      if (this.#bytes <= this.#limits().maxBytes || oldest === key) break;
      this.#texts.delete(oldest);
      this.#bytes -= Buffer.byteLength(gone);
    }
    return text;
  }

  close(): void {
    this.#texts.clear();
  }
}
