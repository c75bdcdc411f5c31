/**
 * Health of fingerprints, accounts, models and origins: the in-memory mirror that every choice reads, with the store
 * behind it. Outcomes are charged to the lease they came from and to nothing else (law 14).
 */

import type { Host } from '../host.ts';
import type { Lease } from '../model/credential.ts';
import type { Failure, Mark } from '../model/failure.ts';
import type { Store } from '../store/store.ts';
import { markPolicies } from './mark-policy.ts';
import { benches, endOf, type Identity, markKeyFor, openMark } from './marks.ts';

/** What stands between a candidate and its use. */
export type Standing =
  | { readonly state: 'free' }
  /** Benched until `until` by `mark`. */
  | { readonly state: 'benched'; readonly mark: Mark; readonly until: number }
  /** Every window has ended: one lease may take the probe. */
  | { readonly state: 'due'; readonly marks: readonly Mark[] };

export class Health {
  readonly #host: Host;
  readonly #store: Store;
  readonly #onStoreFault: (error: unknown) => void;
  readonly #marks = new Map<string, Mark>();
  readonly #proven = new Map<string, number>();
  readonly #inARow = new Map<string, number>();
  readonly #probedAt = new Map<string, number>();
  readonly #fingerprints = new Map<string, Set<string>>();

  constructor(host: Host, store: Store, onStoreFault: (error: unknown) => void) {
    this.#host = host;
    this.#store = store;
    this.#onStoreFault = onStoreFault;
  }

  /** When this secret last worked at this origin, epoch ms; undefined for one that never did (law 6). */
  provenAt(origin: string, fingerprint: string): number | undefined {
    return this.#proven.get(`${origin} ${fingerprint}`);
  }

  standing(identity: Identity): Standing {
    if (this.#marks.size === 0) return { state: 'free' };
    const now = this.#host.clock.now();
    const matching = [...this.#marks.values()].filter((mark) => benches(mark, identity));
    if (matching.length === 0) return { state: 'free' };
    const latest = matching.reduce((a, b) => (endOf(a, now) >= endOf(b, now) ? a : b));
    const until = endOf(latest, now);
    return until > now ? { state: 'benched', mark: latest, until } : { state: 'due', marks: matching };
  }

  /** True when an only route may be probed although its window is open: at most every few seconds (law 7). */
  mayProbeEarly(mark: Mark): boolean {
    const everyMs =
      mark.endSetBy === 'provider' ? 15 * 60_000 : (markPolicies[mark.cause]?.probeEveryMs ?? 5000);
    const last = this.#probedAt.get(mark.key) ?? mark.since;
    return this.#host.clock.now() - last >= everyMs;
  }

  /** Takes the probe of all these marks, or of none. */
  async claimProbes(marks: readonly Mark[], owner: string, forMs: number): Promise<boolean> {
    const now = this.#host.clock.now();
    const keys = marks.map(({ key }) => key);
    if (!(await this.#store.claimProbes(keys, owner, { now, expiresAt: now + forMs }))) return false;
    for (const mark of marks) this.#probedAt.set(mark.key, now);
    return true;
  }

  async releaseProbes(keys: readonly string[], owner: string): Promise<void> {
    await this.#store.releaseProbes(keys, owner);
  }

  /** A 2xx that committed: the secret is proven, and marks older than the lease end. */
  noteSuccess(lease: Lease): void {
    const identity = identityOf(lease);
    this.#noteProven(lease);
    if (this.#inARow.size > 0) this.#forgetRow(identity);
    if (this.#marks.size === 0) return;
    for (const mark of this.#marks.values()) {
      if (mark.since > lease.leasedAt || !benches({ ...mark }, identity)) continue;
      this.#marks.delete(mark.key);
      this.#write(this.#store.closeMarks([mark.key], lease.leasedAt));
    }
  }

  /** Counts one failed attempt toward classes that mark only after several in a row. */
  countFailure(lease: Lease, failure: Failure): void {
    const key = markKeyFor(failure, identityOf(lease));
    if (key !== undefined) this.#inARow.set(key, (this.#inARow.get(key) ?? 0) + 1);
  }

  /** Writes the mark of a failure whose retries are used up. */
  noteLeft(lease: Lease, failure: Failure): void {
    const identity = identityOf(lease);
    const key = markKeyFor(failure, identity);
    if (key === undefined) return;
    if ((this.#inARow.get(key) ?? 0) < (markPolicies[failure.class]?.afterInARow ?? 0)) return;
    const mark = openMark({
      failure,
      identity,
      now: this.#host.clock.now(),
      previous: this.#marks.get(key),
      random: this.#host.random(),
      knownFingerprints: [...(this.#fingerprints.get(identity.account) ?? [identity.fingerprint])],
    });
    if (mark === undefined) return;
    this.#marks.set(key, mark);
    this.#write(this.#store.openMark(mark, { leasedAt: lease.leasedAt, now: this.#host.clock.now() }));
  }

  /** Remembers which secrets an account is known by: a later one is tried at once in spite of its marks (law 5). */
  noteSeen(account: string, fingerprint: string): void {
    const known = this.#fingerprints.get(account);
    if (known === undefined) this.#fingerprints.set(account, new Set([fingerprint]));
    else known.add(fingerprint);
  }

  #noteProven(lease: Lease): void {
    if (lease.fingerprint === 'none') return;
    const key = `${lease.origin} ${lease.fingerprint}`;
    const isNew = !this.#proven.has(key);
    const at = this.#host.clock.now();
    this.#proven.set(key, at);
    if (isNew)
      this.#write(this.#store.putProven([{ origin: lease.origin, fingerprint: lease.fingerprint, at }]));
  }

  #forgetRow(identity: Identity): void {
    for (const key of this.#inARow.keys()) {
      if (key.includes(`origin=${identity.origin}`)) this.#inARow.delete(key);
    }
  }

  #write(promise: Promise<unknown>): void {
    promise.catch(this.#onStoreFault);
  }
}

function identityOf(lease: Lease): Identity {
  return { origin: lease.origin, account: lease.account, fingerprint: lease.fingerprint, model: lease.model };
}
