/** Rows that are forgotten when their time has come, for the store in memory (step 7 of a request). */

/** Knows when the first row is due: until then, forgetting costs nothing, however many there are. */
export class AgingRows<Row> extends Map<string, Row> {
  readonly #timeOf: (row: Row) => number;
  /** No row has an earlier time, epoch ms. */
  #earliest = Number.POSITIVE_INFINITY;

  constructor(timeOf: (row: Row) => number) {
    super();
    this.#timeOf = timeOf;
  }

  override set(key: string, row: Row): this {
    this.#earliest = Math.min(this.#earliest, this.#timeOf(row));
    return super.set(key, row);
  }

  /** Forgets the rows whose time is not after `time`, and returns their keys. */
  forgetUntil(time: number): readonly string[] {
    if (time < this.#earliest) return [];
    const forgotten = [...this].filter(([, row]) => this.#timeOf(row) <= time).map(([key]) => key);
    for (const key of forgotten) this.delete(key);
    this.#earliest = [...this.values()].reduce(
      (earliest, row) => Math.min(earliest, this.#timeOf(row)),
      Number.POSITIVE_INFINITY,
    );
    return forgotten;
  }
}
