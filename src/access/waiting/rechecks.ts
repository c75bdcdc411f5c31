/**
 * One rechecker for each secret and model that a site refused (law 6): if many requests hit the
 * same suspect key, one asks again and the others wait for its result. If it goes away, or learns
 * nothing about the key, a waiting request continues its series.
 */

import type { Lease } from '../../model/credential.ts';
import { untilAborted } from '../../transport/within.ts';

/** `settled`: health has the answer. `abandoned`: the rechecker left without one. */
export type RecheckEnd = 'settled' | 'abandoned';

interface Recheck {
  readonly owner: string;
  /** Counts rechecks of the key in this series. */
  asked: number;
  waiters: number;
  readonly over: Promise<RecheckEnd>;
  readonly end: (how: RecheckEnd) => void;
}

export class Rechecks {
  readonly #open = new Map<string, Recheck>();
  /** The progress of a series whose rechecker left, until a waiting request takes over. */
  readonly #inherited = new Map<string, number>();
  /** True while no secret is being rechecked, as almost always. */
  isIdle = true;

  /** Claims one more recheck of this secret. False if another request has claimed it. */
  begin(lease: Lease, owner: string): boolean {
    const key = recheckKey(lease);
    const open = this.#open.get(key);
    if (open !== undefined) {
      if (open.owner !== owner) return false;
      open.asked += 1;
      return true;
    }
    const { promise: over, resolve: end } = Promise.withResolvers<RecheckEnd>();
    const asked = 1 + (this.#inherited.get(key) ?? 0);
    this.#open.set(key, { owner, asked, waiters: 0, over, end });
    this.isIdle = false;
    this.#inherited.delete(key);
    return true;
  }

  /** Counts this request's rechecks of the secret, without those of others. */
  askedBy(lease: Lease, owner: string): number {
    const open = this.#open.get(recheckKey(lease));
    return open?.owner === owner ? open.asked : 0;
  }

  /** True when another request is rechecking this secret. */
  isBusy(lease: Lease, owner: string): boolean {
    const open = this.#open.get(recheckKey(lease));
    return open !== undefined && open.owner !== owner;
  }

  /**
   * Resolves when the recheck of this secret is over, at once if there is none. Rejects when the
   * signal aborts.
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

  /** The verdict is known: health has it, and all waiting requests read it there. */
  end(lease: Lease, owner: string): void {
    this.#close(recheckKey(lease), owner, 'settled');
  }

  /** The answer said nothing about the key: a rate limit, an outage, silence. */
  giveUp(lease: Lease, owner: string): void {
    this.#close(recheckKey(lease), owner, 'abandoned');
  }

  /** Releases everything that a finished request holds. */
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
