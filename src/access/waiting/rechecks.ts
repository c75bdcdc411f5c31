/**
 * One rechecker for each secret and model that a site refused (law 6): when many requests hit the
 * same suspect key, one asks again and the others wait for what it finds. If it goes away, or finds
 * no answer about the key, one of those who wait goes on with its series.
 */

import type { Lease } from '../../model/credential.ts';
import { untilAborted } from '../../transport/within.ts';

/** `settled`: health has the answer. `abandoned`: the rechecker went away without one. */
export type RecheckEnd = 'settled' | 'abandoned';

interface Recheck {
  readonly owner: string;
  /** How often the key was asked again in this series. */
  asked: number;
  waiters: number;
  readonly over: Promise<RecheckEnd>;
  readonly end: (how: RecheckEnd) => void;
}

export class Rechecks {
  readonly #open = new Map<string, Recheck>();
  /**
   * How far a series had come whose rechecker went away, until somebody who waits takes it over.
   */
  readonly #inherited = new Map<string, number>();
  /** No secret is asked again at the moment, as almost always. */
  isIdle = true;

  /** Takes the recheck of this secret; true too when this request has it already. */
  begin(lease: Lease, owner: string): boolean {
    const open = this.#open.get(recheckKey(lease));
    if (open !== undefined) return open.owner === owner;
    const { promise: over, resolve: end } = Promise.withResolvers<RecheckEnd>();
    const key = recheckKey(lease);
    this.#open.set(key, { owner, asked: this.#inherited.get(key) ?? 0, waiters: 0, over, end });
    this.isIdle = false;
    this.#inherited.delete(key);
    return true;
  }

  /** How often this request has asked the secret again; what others asked does not count. */
  askedBy(lease: Lease, owner: string): number {
    const open = this.#open.get(recheckKey(lease));
    return open?.owner === owner ? open.asked : 0;
  }

  /** The rechecker asks once more. */
  noteAsked(lease: Lease): void {
    const open = this.#open.get(recheckKey(lease));
    if (open !== undefined) open.asked += 1;
  }

  /** Whether another request is asking about this secret at the moment. */
  isBusy(lease: Lease, owner: string): boolean {
    const open = this.#open.get(recheckKey(lease));
    return open !== undefined && open.owner !== owner;
  }

  /**
   * Resolves when the recheck of this secret is over, at once when there is none. Rejects when the
   * signal is aborted.
   */
  async waitFor(lease: Lease, signal: AbortSignal): Promise<RecheckEnd> {
    const open = this.#open.get(recheckKey(lease));
    if (open === undefined) return 'settled';
    signal.throwIfAborted();
    open.waiters += 1;
    return await untilAborted(open.over, signal).finally(() => {
      open.waiters -= 1;
    });
  }

  /** The verdict is known, one way or the other: health has it, and all who wait look there. */
  end(lease: Lease, owner: string): void {
    this.#close(recheckKey(lease), owner, 'settled');
  }

  /** What came says nothing of the key: a rate limit, an outage, silence. */
  giveUp(lease: Lease, owner: string): void {
    this.#close(recheckKey(lease), owner, 'abandoned');
  }

  /** Gives back all that a request has taken: it is over. */
  endAll(owner: string): void {
    for (const key of this.#open.keys()) this.#close(key, owner, 'abandoned');
  }

  #close(key: string, owner: string, how: RecheckEnd): void {
    const open = this.#open.get(key);
    if (open === undefined || open.owner !== owner) return;
    this.#open.delete(key);
    this.isIdle = this.#open.size === 0;
    if (how === 'abandoned' && open.waiters > 0) this.#inherited.set(key, open.asked);
    open.end(how);
  }
}

function recheckKey({ site, fingerprint, model }: Lease): string {
  return `${site}\n${fingerprint}\n${model}`;
}
