/**
 * One rechecker for each refused secret (law 6): when many requests hit the same suspect key, one asks again after 1 s
 * and 3 s, the others wait for what it finds. If it goes away, one of those who wait takes its place.
 */

import type { Lease } from '../model/credential.ts';

/** `settled`: health has the answer. `abandoned`: the rechecker went away without one. */
export type RecheckEnd = 'settled' | 'abandoned';

interface Recheck {
  readonly owner: string;
  readonly over: Promise<RecheckEnd>;
  readonly end: (how: RecheckEnd) => void;
}

export class Rechecks {
  readonly #open = new Map<string, Recheck>();

  /** Takes the recheck of this secret; true too when this request has it already. */
  begin(lease: Lease, owner: string): boolean {
    const open = this.#open.get(keyOf(lease));
    if (open !== undefined) return open.owner === owner;
    const { promise: over, resolve: end } = Promise.withResolvers<RecheckEnd>();
    this.#open.set(keyOf(lease), { owner, over, end });
    return true;
  }

  /** Whether another request is asking about this secret at the moment. */
  isBusy(lease: Lease, owner: string): boolean {
    if (this.#open.size === 0) return false;
    const open = this.#open.get(keyOf(lease));
    return open !== undefined && open.owner !== owner;
  }

  /** Resolves when the recheck of this secret is over, at once when there is none. Rejects when the signal is aborted. */
  async waitFor(lease: Lease, signal: AbortSignal): Promise<RecheckEnd> {
    const open = this.#open.get(keyOf(lease));
    if (open === undefined) return 'settled';
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    return await Promise.race([open.over, aborted.promise]).finally(() =>
      signal.removeEventListener('abort', onAbort),
    );
  }

  /** The verdict is known, one way or the other: health has it, and all who wait look there. */
  end(lease: Lease, owner: string): void {
    if (this.#open.size > 0) this.#close(keyOf(lease), owner, 'settled');
  }

  /** Gives back all that a request has taken: it is over. */
  endAll(owner: string): void {
    if (this.#open.size === 0) return;
    for (const key of this.#open.keys()) this.#close(key, owner, 'abandoned');
  }

  #close(key: string, owner: string, how: RecheckEnd): void {
    const open = this.#open.get(key);
    if (open === undefined || open.owner !== owner) return;
    this.#open.delete(key);
    open.end(how);
  }
}

function keyOf({ origin, fingerprint, model }: Lease): string {
  return `${origin}\n${fingerprint}\n${model}`;
}
