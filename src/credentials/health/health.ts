/**
 * Health of fingerprints, accounts, models and origins: the in-memory mirror that every choice
 * reads (step 2 of a request), with the store behind it. Outcomes are charged to the lease they
 * came from and to nothing else (law 14).
 */

import type { Host, Timer } from '../../host.ts';
import type { Lease } from '../../model/credential.ts';
import type { Failure, FailureClass, Mark, Scope } from '../../model/failure.ts';
import type { RenewedToken } from '../../model/oauth.ts';
import { isForbidden, isInside, isOpenedAfter, listSurplus } from '../../store/policy.ts';
import type { HealthSnapshot, Store } from '../../store/store.ts';
import { FailuresInARow } from './failures-in-a-row.ts';
import { MarkIndex } from './mark-index.ts';
import { earlyProbeEveryMs, isEnough, type Sign } from './mark-policy.ts';
import {
  endOfMark,
  type Identity,
  markKey,
  openMark,
  type SiteAddress,
  scopeOf,
  widenScope,
} from './marks.ts';
import { OlderMarks } from './older-marks.ts';
import { Outages } from './outages.ts';
import { findRefusals, free, type Standing, type StandingParts, standingOf } from './standing.ts';
import { type ProvenQuestion, SuccessLog } from './success-log.ts';

export interface LeftOptions {
  /**
   * True when a request waits for the end of the mark: it is then written without failures in a row
   * before it. Default: false.
   */
  readonly isWaited?: boolean;
  /** The secrets known to belong to the account. Default: the lease's own. */
  readonly known?: () => readonly string[];
}

/** Times of last success are written to the store together, this often. */
const flushMs = 60_000;

export class Health {
  /** True once the store has been read. */
  isLoaded = false;
  /**
   * Counts marks that ended before their time, so that whoever cached an end knows to look again.
   */
  releases = 0;
  readonly #host: Host;
  readonly #store: Store;
  readonly #onStoreFault: (error: unknown) => void;
  readonly #marks = new MarkIndex();
  readonly #older: OlderMarks;
  readonly #successes = new SuccessLog();
  readonly #inARow = new FailuresInARow();
  readonly #probedAt = new Map<string, number>();
  readonly #outages = new Outages();
  #onChange: (key: string) => void = () => undefined;
  /**
   * Keys of marks on their way to the store: a snapshot taken before they arrive does not end them.
   */
  readonly #unsettled = new Set<string>();
  #resets: readonly { readonly scope: Scope; readonly at: number }[] = [];
  #loading: Promise<void> | undefined;
  #unsubscribe: () => void = () => undefined;
  #flushTimer: Timer | undefined;

  constructor(host: Host, store: Store, onStoreFault: (error: unknown) => void) {
    this.#host = host;
    this.#older = new OlderMarks(this.#successes, () => host.clock.now());
    this.#store = store;
    this.#onStoreFault = onStoreFault;
  }

  /** Reads the store once, and from then on applies what other processes change. Never rejects. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /**
   * Returns when this secret last worked at this site, epoch ms; undefined if it never did (law 6).
   */
  provenAt({ origin, site, fingerprint }: ProvenQuestion): number | undefined {
    return this.#successes.provenAt({ origin, site, fingerprint });
  }

  /**
   * True when this secret has worked with this model there: a refusal without a cause is then
   * suspect (law 6).
   */
  hasWorkedWith(identity: Identity): boolean {
    return this.#successes.provenAt(identity) !== undefined;
  }

  standing(identity: Identity): Standing {
    if (this.#older.rows.length > 0) this.#adopt(this.#older.copiesFor(identity));
    if (this.#marks.byKey.size === 0) return free;
    return standingOf(identity, this.#partsFor(identity));
  }

  /** Returns the marks at other sites of its host that hold this secret back for every model. */
  refusalsElsewhere(secret: ProvenQuestion): readonly Mark[] {
    return findRefusals(secret, this.#partsFor(secret));
  }

  #partsFor(secret: ProvenQuestion): StandingParts {
    const isProven = (): boolean => this.provenAt(secret) !== undefined;
    return { marks: this.#marks, now: this.#host.clock.now(), isProven };
  }

  /** Returns the mark of this key, open or due; undefined once it has ended. */
  mark(key: string): Mark | undefined {
    return this.#marks.byKey.get(key);
  }

  /**
   * Returns when the outage of this mark began, epoch ms: when the attempt that opened its first
   * window began. Returns now if it is over.
   */
  outageBeganAt(key: string): number {
    const mark = this.#marks.byKey.get(key);
    return mark === undefined ? this.#host.clock.now() : this.#outages.beganAt(mark);
  }

  /**
   * Calls `onChange` whenever a mark opens, reopens or ends, so that waiting requests look again.
   * There is one listener.
   */
  watch(onChange: (key: string) => void): void {
    this.#onChange = onChange;
  }

  /** Returns every open or due mark, for people. */
  marks(): readonly Mark[] {
    const own = [...this.#marks.byKey.values()].filter((mark) => !this.#older.isCopy(mark));
    return [...own, ...this.#older.rows];
  }

  /** Returns those that hold a candidate back at this site. */
  marksAt(at: SiteAddress): readonly Mark[] {
    this.#adopt(this.#older.copiesFor(at));
    return [...this.#marks.byKey.values()].filter(({ scope }) =>
      isInside({ ...scope, ...at }, scope),
    );
  }

  /** Returns those that a reset of this pattern would end. */
  marksInside(pattern: Scope): readonly Mark[] {
    return this.marks().filter((mark) => isInside(mark.scope, pattern));
  }

  /**
   * True when the only route may be probed although its windows are open: at most once a minute
   * (law 7).
   */
  mayProbeEarly(marks: readonly Mark[]): boolean {
    const now = this.#host.clock.now();
    return marks.every((mark) => {
      const last = this.#probedAt.get(mark.key) ?? mark.since;
      return endOfMark(mark, now) <= now || Math.abs(now - last) >= earlyProbeEveryMs(mark);
    });
  }

  /**
   * Claims the probes of all these marks, or of none; of none also when the store cannot be asked.
   */
  async claimProbes(marks: readonly Mark[], owner: string, forMs: number): Promise<boolean> {
    const now = this.#host.clock.now();
    try {
      if (!(await this.#store.claimProbes(marks, owner, { now, expiresAt: now + forMs })))
        return false;
    } catch (error) {
      this.#onStoreFault(error); // a broken store must not keep a route shut: this process probes on its own
    }
    for (const { key } of marks) this.#probedAt.set(key, now);
    return true;
  }

  releaseProbes(keys: readonly string[], owner: string): void {
    this.#write(this.#store.releaseProbes(keys, owner));
  }

  /**
   * A probe got a 2xx head: the server is up and has room. Whether the answer is good shows at its
   * commit.
   */
  noteHead(lease: Lease): void {
    this.#endBlame(lease, 'head');
  }

  /**
   * A 2xx answer committed: the secret is proven, and marks no newer than the lease end, but for
   * those of broken streams.
   */
  noteSuccess(lease: Lease): void {
    const isNew = this.#successes.note(lease, this.#host.clock.now());
    if (isNew) this.#write(this.flush());
    else this.#flushTimer ??= this.#host.clock.startTimer(flushMs, () => this.#write(this.flush()));
    if (lease.probeOf !== undefined) this.#outages.noteAnswered(lease.probeOf);
    this.#endBlame(lease, 'commit');
  }

  /** A login's new token inherits what the old one has proven (decisions/0005). */
  noteRenewed({ origin, before, after }: RenewedToken): void {
    const rows = this.#successes.renew(origin, before, after);
    if (rows.length > 0) this.#write(this.#store.putProven(rows));
  }

  /** An answer was complete: only this ends the marks of broken streams. */
  noteWhole(lease: Lease): void {
    this.#successes.of(lease).wholeAt = this.#host.clock.now();
    this.#endBlame(lease, 'whole-answer');
  }

  /** Counts one failed attempt toward classes that mark only after several in a row. */
  countFailure(lease: Lease, failure: Failure): void {
    const scope = scopeOf(failure, lease);
    if (scope !== undefined) this.#inARow.note(failure.class, scope);
  }

  /**
   * Writes the mark of a failure whose retries are used up. A class that marks only after several
   * in a row gets its mark with the last of them.
   */
  noteLeft(lease: Lease, failure: Failure, { isWaited = false, known }: LeftOptions = {}): void {
    const narrow = scopeOf(failure, lease);
    if (narrow === undefined) return;
    // A failed probe reopens the mark at once, without several failures in a row.
    const isAtOnce = isWaited || lease.probeOf !== undefined;
    if (!isAtOnce && !this.#inARow.areEnough(failure.class, narrow)) return;
    if (this.#isOutdated(narrow, failure.class, lease)) return;
    const now = this.#host.clock.now();
    const others = { marks: this.#marks.byKey.values(), now };
    const scope = failure.status === 403 ? narrow : widenScope(narrow, failure.class, others);
    const key = markKey(failure.class, scope);
    const previous = this.#marks.byKey.get(key);
    const { strikes, began } = this.#outages.before(key, previous, { lease, now });
    const mark = openMark({
      failure,
      scope,
      now,
      previous,
      outage: { strikes, ageMs: now - began },
      random: this.#host.random(),
      knownFingerprints: scope.account === undefined ? [] : (known?.() ?? [lease.fingerprint]),
    });
    if (mark === undefined) return;
    this.#outages.noteOpened(mark, began);
    this.#put(mark);
    this.#write(this.#settle(mark, { leasedAt: lease.leasedAt, now }));
  }

  /**
   * Ends every mark inside the pattern, in all processes, and returns them. Rejects when the store
   * does.
   */
  async reset(pattern: Scope): Promise<readonly Mark[]> {
    const now = this.#host.clock.now();
    this.#resets = [...this.#resets, { scope: pattern, at: now }];
    for (const mark of [...this.marksInside(pattern), ...this.#older.drop(pattern)])
      this.#drop(mark);
    this.#inARow.clear();
    this.#outages.clear();
    return this.#store.resetMarks(pattern, now);
  }

  /** Writes the times of last success to the store: once a minute, and on close. */
  flush(): Promise<void> {
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    const rows = this.#successes.takeUnsaved();
    return rows.length === 0 ? Promise.resolve() : this.#store.putProven(rows);
  }

  /** Stops listening and flushes. */
  async close(): Promise<void> {
    this.#unsubscribe();
    await this.flush().catch(this.#onStoreFault);
  }

  async #load(): Promise<void> {
    try {
      this.#take(await this.#store.readHealth());
      this.#unsubscribe = this.#store.subscribe((snapshot) => this.#take(snapshot));
    } catch (error) {
      this.#onStoreFault(error);
    }
    this.isLoaded = true;
  }

  /**
   * Replaces the mirror by the store's snapshot. If the store has lost a mark, another process
   * ended it.
   */
  #take(snapshot: HealthSnapshot): void {
    for (const row of snapshot.proven) this.#successes.noteProven(row);
    this.#resets = snapshot.tombstones;
    const marks = this.#older.take(snapshot.marks);
    const copies = this.#older.copies();
    const keys = new Set([...marks, ...copies].map(({ key }) => key));
    for (const mark of this.#marks.byKey.values())
      if (!keys.has(mark.key) && !this.#unsettled.has(mark.key)) this.#end(mark);
    for (const mark of marks)
      if (this.#marks.byKey.get(mark.key)?.since !== mark.since) this.#put(mark);
    this.#adopt(copies);
  }

  /** Adopts what an older row says of a site that has no mark of its own. */
  #adopt(copies: readonly Mark[]): void {
    for (const copy of copies) if (!this.#marks.byKey.has(copy.key)) this.#put(copy);
  }

  /**
   * Writes a mark. The store decides: it keeps another process's open window, and refuses the mark
   * if a reset came in between.
   */
  async #settle(mark: Mark, at: { leasedAt: number; now: number }): Promise<void> {
    this.#unsettled.add(mark.key);
    const inForce = await this.#store
      .openMark(mark, at)
      .finally(() => this.#unsettled.delete(mark.key));
    if (this.#marks.byKey.get(mark.key) !== mark) return;
    if (inForce === undefined) this.#drop(mark);
    else if (inForce !== mark) this.#put(inForce);
  }

  #put(mark: Mark): void {
    this.#marks.put(mark);
    this.#onChange(mark.key);
    for (const one of listSurplus(this.#marks.byKey, mark, this.#host.clock.now())) this.#drop(one);
  }

  /**
   * True when a reset or a success of the scope came after this lease: its failure no longer counts
   * (law 14).
   */
  #isOutdated(scope: Scope, cause: FailureClass, { leasedAt }: Lease): boolean {
    const now = this.#host.clock.now();
    if (this.#successes.hasNewerThan({ cause, scope }, leasedAt, now)) return true;
    return isForbidden(scope, this.#resets, { leasedAt, now });
  }

  #end(mark: Mark, by?: Sign): void {
    this.#outages.noteEnded(mark, this.#host.clock.now(), { byHead: by === 'head' });
    this.#drop(mark);
  }

  #drop(mark: Mark): void {
    this.#marks.remove(mark.key);
    this.#probedAt.delete(mark.key);
    this.#onChange(mark.key);
    const now = this.#host.clock.now();
    if (endOfMark(mark, now) > now) this.releases += 1; // else a waiter for this end has already seen it
  }

  #endBlame(lease: Lease, by: Sign): void {
    if (this.#inARow.streaks.size > 0) this.#inARow.noteSign(lease, by);
    if (this.#marks.byKey.size === 0) return;
    const now = this.#host.clock.now();
    const ended = this.#marks
      .matching(lease)
      .filter(
        ({ cause, since }) =>
          (since > now || !isOpenedAfter(since, lease.leasedAt)) && isEnough(by, cause),
      );
    if (ended.length === 0) return;
    for (const mark of ended) this.#end(mark, by);
    const keys = ended.map(({ key }) => key);
    // A mark that begins in the future was written before the clock was set back.
    const latest = Math.max(lease.leasedAt, ...ended.map(({ since }) => since));
    this.#write(this.#store.closeMarks(keys, latest));
  }

  #write(promise: Promise<unknown>): void {
    promise.catch(this.#onStoreFault);
  }
}
