/** How often a value fell between two bounds, as Prometheus counts it. */

export class Histogram {
  readonly bounds: readonly number[];
  /** One for each bound, and one for what is above the last. */
  readonly #counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  note(value: number): void {
    const { bounds } = this;
    let place = 0;
    while (place < bounds.length && value > (bounds[place] ?? 0)) place += 1;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.sum += value;
  }

  /** How many were at most as large as each bound; the last is how many there were. */
  cumulative(): readonly number[] {
    let total = 0;
    return this.#counts.map((count) => {
      total += count;
      return total;
    });
  }
}
