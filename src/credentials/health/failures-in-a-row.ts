/** Failures of one cause in a row, in this process: some classes mark only after several (law 7). */

import type { FailureClass } from '../../model/failure.ts';

interface FailureRow {
  readonly cause: FailureClass;
  readonly origin: string;
  readonly count: number;
}

export class FailuresInARow {
  /** By the key that a mark of the failure would have. */
  readonly #rows = new Map<string, FailureRow>();

  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  add(key: string, { cause, origin }: Omit<FailureRow, 'count'>): void {
    this.#rows.set(key, { cause, origin, count: this.countOf(key) + 1 });
  }

  countOf(key: string): number {
    return this.#rows.get(key)?.count ?? 0;
  }

  /** An answer of this origin has come, and ends the rows of these causes. */
  end(origin: string, isEnded: (cause: FailureClass) => boolean): void {
    for (const [key, row] of this.#rows)
      if (row.origin === origin && isEnded(row.cause)) this.#rows.delete(key);
  }

  clear(): void {
    this.#rows.clear();
  }
}
