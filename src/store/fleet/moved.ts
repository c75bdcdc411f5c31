/** Waiting until a member's copy has moved on in the log (docs/fleet.md). */

export class Moved {
  #next = createNext();

  /** Fulfilled by the next `tell`, rejected by the next `fail`. */
  get next(): Promise<void> {
    return this.#next.promise;
  }

  tell(): void {
    this.#next.resolve();
    this.#next = createNext();
  }

  fail(error: Error): void {
    this.#next.reject(error);
    this.#next = createNext();
  }
}

/** Nobody may be waiting when it fails. */
function createNext(): PromiseWithResolvers<void> {
  const next = Promise.withResolvers<void>();
  next.promise.catch(() => undefined);
  return next;
}
