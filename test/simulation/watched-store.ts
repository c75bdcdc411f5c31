/**
 * A store that watches: which marks are open, who has which probe, and whether each probe was taken
 * in time (law 7).
 */

import { earlyProbeEveryMs } from '../../src/credentials/health/mark-policy.ts';
import { benches, endOfMark, type Identity } from '../../src/credentials/health/marks.ts';
import { rowOfClass } from '../../src/failures/classes.ts';
import type { Mark } from '../../src/model/failure.ts';
import type { ReadMark } from '../../src/store/store.ts';
import { ReferenceStore } from '../fakes/reference-store.ts';

export class WatchedStore extends ReferenceStore {
  readonly marks = new Map<string, Mark>();
  readonly probers = new Map<string, string>();
  readonly violations: string[] = [];
  readonly #claimedAt = new Map<string, number>();
  /** By request: from when it may ask a refused key again, and which marks it has claimed since. */
  readonly #rechecks = new Map<string, { from: number; claimed: Set<string> }>();
  readonly #followers = new Map<string, Set<string>>();

  override async openMark(
    mark: Mark,
    at: { leasedAt: number; now: number },
  ): Promise<Mark | undefined> {
    const inForce = super.openMark(mark, at);
    if (rowOfClass(mark.cause).mark === undefined)
      this.violations.push(`${mark.cause} left a mark`);
    if (!(mark.until > mark.since))
      this.violations.push(`the mark ${mark.key} ends before it begins`);
    const present = await inForce;
    if (present !== undefined) {
      if (this.marks.get(mark.key)?.since !== present.since) this.probers.delete(mark.key);
      this.marks.set(mark.key, present);
    }
    return present;
  }

  override async closeMarks(keys: readonly string[], leasedAt: number): Promise<readonly string[]> {
    const closed = await super.closeMarks(keys, leasedAt);
    for (const key of closed) this.#forget(key);
    return closed;
  }

  override async claimProbes(
    marks: readonly ReadMark[],
    owner: string,
    lease: { now: number; expiresAt: number },
  ): Promise<boolean> {
    const isTaken = await super.claimProbes(marks, owner, lease);
    if (!isTaken) return false;
    for (const { key } of marks) {
      const mark = this.marks.get(key);
      const isRenewal = this.probers.get(key) === owner;
      if (mark !== undefined && !isRenewal) this.#judgeClaim(mark, owner, lease.now);
      this.probers.set(key, owner);
      this.#claimedAt.set(key, lease.now);
    }
    return true;
  }

  override async releaseProbes(keys: readonly string[], owner: string): Promise<void> {
    for (const key of keys) if (this.probers.get(key) === owner) this.probers.delete(key);
    return super.releaseProbes(keys, owner);
  }

  /** The marks that bench this candidate, their window ended or not. */
  covering(identity: Identity): readonly Mark[] {
    return [...this.marks.values()].filter((mark) => benches(mark, identity));
  }

  /**
   * A request is sent behind the probe of this mark: how many are on their way like that, this one
   * included.
   */
  follow({ key }: Mark, request: string): number {
    const followers = this.#followers.get(key) ?? new Set();
    this.#followers.set(key, followers.add(request));
    return followers.size;
  }

  /** The attempt of this request is over. */
  unfollow(request: string): void {
    for (const followers of this.#followers.values()) followers.delete(request);
  }

  /** This request may ask a key that was refused again, not before this moment (law 6). */
  recheckFrom(request: string, from: number): void {
    this.#rechecks.set(request, { from, claimed: new Set() });
  }

  isOpen(mark: Mark, now: number): boolean {
    return endOfMark(mark, now) > now;
  }

  /**
   * An open window may be probed before its end only so often; but a key that has worked and is
   * refused is asked again by the same request, once for each recheck that was decided (law 6):
   * also behind a mark that others have opened since, or the key would stay suspect.
   */
  #judgeClaim(mark: Mark, owner: string, now: number): void {
    if (!this.isOpen(mark, now)) return;
    const recheck = this.#rechecks.get(owner);
    if (recheck && now >= recheck.from && !recheck.claimed.has(mark.key)) {
      recheck.claimed.add(mark.key);
      return;
    }
    const last = this.#claimedAt.get(mark.key) ?? mark.since;
    if (now - last < earlyProbeEveryMs(mark))
      this.violations.push(`${mark.key} was probed early, ${now - last} ms after the last`);
  }

  #forget(key: string): void {
    this.marks.delete(key);
    this.probers.delete(key);
    this.#claimedAt.delete(key);
  }
}
