/**
 * Bytes of a request's body as they come from its socket: large ones are kept as they are, and of small ones a few. More of them
 * are gathered, because a sender chooses how small they are, and a buffer that holds one byte takes a hundred.
 */

/** A smaller one is gathered with its neighbours. */
const gatheredBelow = 16 * 1024;

/** So many are kept as they came, whatever their size: an ordinary body is never copied. */
const keptAnyway = 8;

export class Pieces {
  readonly #kept: Buffer[] = [];
  /** Small ones, one after the other; begun when there are too many. */
  #gathered = Buffer.alloc(0);
  #used = 0;
  #length = 0;

  /** Bytes in all. */
  get length(): number {
    return this.#length;
  }

  add(bytes: Buffer): void {
    this.#length += bytes.length;
    if (bytes.length >= gatheredBelow || this.#kept.length < keptAnyway) {
      this.#keepGathered();
      this.#kept.push(bytes);
      return;
    }
    if (this.#used + bytes.length > this.#gathered.length) {
      this.#keepGathered();
      this.#gathered = Buffer.allocUnsafeSlow(gatheredBelow);
    }
    this.#used += bytes.copy(this.#gathered, this.#used);
  }

  /** All that came, in order; nothing is added after this. */
  all(): readonly Buffer[] {
    this.#keepGathered();
    return this.#kept;
  }

  #keepGathered(): void {
    if (this.#used > 0) this.#kept.push(this.#gathered.subarray(0, this.#used));
    this.#gathered = Buffer.alloc(0);
    this.#used = 0;
  }
}
