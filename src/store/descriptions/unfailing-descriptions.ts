/** Descriptions in their file while it can be used and may be written, else in memory: no request fails for either. */

import type { DescriptionLimits } from '../../model/descriptions.ts';
import type { DescriptionStore } from './description-store.ts';

interface UnfailingParts {
  readonly file: DescriptionStore;
  readonly memory: DescriptionStore;
  readonly limits: () => DescriptionLimits;
  readonly tellFault: (error: unknown) => void;
}

export class UnfailingDescriptions implements DescriptionStore {
  readonly #parts: UnfailingParts;

  constructor(parts: UnfailingParts) {
    this.#parts = parts;
  }

  find(key: string): string | undefined {
    return this.#parts.memory.find(key) ?? this.#try((file) => file.find(key));
  }

  keep(key: string, text: string): string {
    return this.#try((file) => file.keep(key, text)) ?? this.#parts.memory.keep(key, text);
  }

  close(): void {
    this.#parts.file.close();
  }

  #try<Result>(work: (file: DescriptionStore) => Result): Result | undefined {
    const { file, limits, tellFault } = this.#parts;
    if (limits().keepDays === 0) return undefined;
    try {
      return work(file);
    } catch (error) {
      tellFault(error);
      return undefined;
    }
  }
}
