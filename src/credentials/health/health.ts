/**
 * Health of fingerprints, accounts, models and origins, which every choice reads (step 2 of a
 * request): decides what an outcome marks, proves or ends. Outcomes are charged to the lease they
 * came from and to nothing else (law 14).
 */

import type { Timer } from '../../host.ts';
import type { Lease } from '../../model/credential.ts';
import type { Failure, FailureClass, Mark, Scope } from '../../model/failure.ts';
import type { RenewedToken } from '../../model/oauth.ts';
import { isForbidden, isOpenedAfter } from '../../store/policy.ts';
import { FailuresInARow } from './failures-in-a-row.ts';
import { MarkMirror } from './mark-mirror.ts';
import { earlyProbeEveryMs, isEnough, type Sign } from './mark-policy.ts';
import { endOfMark, type Identity, markKey, openMark, scopeOf, widenScope } from './marks.ts';
import { findRefusals, free, type Standing, type StandingParts, standingOf } from './standing.ts';
import type { ProvenQuestion } from './success-log.ts';

export interface LeftOptions {
  /**
   * True when a request waits for the end of the mark: it is then written without failures in a row
   * before it. Default: false.
   */
  readonly isWaited?: boolean;
  /**
   * The secrets known to belong to the account; undefined: they change, and the mark holds for all.
   * Default: the lease's own.
   */
  readonly known?: () => readonly string[] | undefined;
}

/** Times of last success are written to the store together, this often. */
const flushMs = 60_000;

export class Health extends MarkMirror {
  readonly #inARow = new FailuresInARow();
  #flushTimer: Timer | undefined;

  /**
   * Returns when this secret last worked at this site, epoch ms; undefined if it never did (law 6).
   */
  provenAt({ origin, site, fingerprint }: ProvenQuestion): number | undefined {
    return this.successes.provenAt({ origin, site, fingerprint });
  }

  /**
   * True when this secret has worked with this model there: a refusal without a cause is then
   * suspect (law 6).
   */
  hasWorkedWith(identity: Identity): boolean {
    return this.successes.provenAt(identity) !== undefined;
  }

  /**
   * True when its path has answered too: a chat proves nothing of embeddings. Of other paths than
   * that of answers only this process knows.
   */
  hasServed(identity: Identity): boolean {
    if (!this.hasWorkedWith(identity)) return false;
    return identity.operation === 'generate' || this.successes.of(identity).at > 0;
  }

  standing(identity: Identity): Standing {
    if (this.older.rows.length > 0) this.adopt(this.older.copiesFor(identity));
    if (this.index.byKey.size === 0) return free;
    return standingOf(identity, this.#partsFor(identity));
  }

  /** Returns the marks at other sites of its host that hold this secret back for every model. */
  refusalsElsewhere(secret: ProvenQuestion): readonly Mark[] {
    return findRefusals(secret, this.#partsFor(secret));
  }

  #partsFor(secret: ProvenQuestion): StandingParts {
    const isProven = (): boolean => this.provenAt(secret) !== undefined;
    return { marks: this.index, now: this.host.clock.now(), isProven };
  }

  /**
   * Returns when the outage of this mark began, epoch ms: when the attempt that opened its first
   * window began. Returns now if it is over.
   */
  outageBeganAt(key: string): number {
    const mark = this.index.byKey.get(key);
    return mark === undefined ? this.host.clock.now() : this.outages.beganAt(mark);
  }

  /**
   * True when the only route may be probed although its windows are open: at most once a minute
   * (law 7).
   */
  mayProbeEarly(marks: readonly Mark[]): boolean {
    const now = this.host.clock.now();
    return marks.every((mark) => {
      const last = this.probedAt.get(mark.key) ?? mark.since;
      return endOfMark(mark, now) <= now || Math.abs(now - last) >= earlyProbeEveryMs(mark);
    });
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
    const isNew = this.successes.note(lease, this.host.clock.now());
    if (isNew) this.write(this.flush());
    else this.#flushTimer ??= this.host.clock.startTimer(flushMs, () => this.write(this.flush()));
    if (lease.probeOf !== undefined) this.outages.noteAnswered(lease.probeOf);
    this.#endBlame(lease, 'commit');
  }

  /** A login's new token inherits what the old one has proven (decisions/0005). */
  noteRenewed({ origin, before, after }: RenewedToken): void {
    const rows = this.successes.renew(origin, before, after);
    if (rows.length > 0) this.write(this.store.putProven(rows));
  }

  /** An answer was complete: only this ends the marks of broken streams. */
  noteWhole(lease: Lease): void {
    this.successes.of(lease).wholeAt = this.host.clock.now();
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
  openMark(lease: Lease, failure: Failure, { isWaited = false, known }: LeftOptions = {}): void {
    const narrow = scopeOf(failure, lease);
    if (narrow === undefined) return;
    // A failed probe reopens the mark at once, without several failures in a row.
    const isAtOnce = isWaited || lease.probeOf !== undefined;
    if (!isAtOnce && !this.#inARow.areEnough(failure.class, narrow)) return;
    if (this.#isOutdated(narrow, failure.class, lease)) return;
    const now = this.host.clock.now();
    const others = { marks: this.index.byKey.values(), now };
    const scope = failure.status === 403 ? narrow : widenScope(narrow, failure.class, others);
    const key = markKey(failure.class, scope);
    const previous = this.index.byKey.get(key);
    const { strikes, began } = this.outages.before(key, previous, { lease, now });
    const mark = openMark({
      failure,
      scope,
      now,
      previous,
      outage: { strikes, ageMs: now - began },
      random: this.host.random(),
      knownFingerprints: known === undefined ? [lease.fingerprint] : known(),
    });
    if (mark === undefined) return;
    this.outages.noteOpened(mark, began);
    this.open(mark, { leasedAt: lease.leasedAt, now });
  }

  override reset(pattern: Scope): Promise<readonly Mark[]> {
    this.#inARow.clear();
    return super.reset(pattern);
  }

  /** Whether a reset of this scope came after `since`, epoch ms. */
  wasReset(scope: Scope, since: number): boolean {
    return isForbidden(scope, this.resets, { leasedAt: since, now: this.host.clock.now() });
  }

  /** Writes the times of last success to the store: once a minute, and on close. */
  flush(): Promise<void> {
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    const rows = this.successes.takeUnsaved();
    return rows.length === 0 ? Promise.resolve() : this.store.putProven(rows);
  }

  /** Stops listening and flushes. */
  override async close(): Promise<void> {
    await super.close();
    await this.flush().catch(this.onStoreFault);
  }

  /**
   * True when a reset or a success of the scope came after this lease: its failure no longer counts
   * (law 14).
   */
  #isOutdated(scope: Scope, cause: FailureClass, { leasedAt }: Lease): boolean {
    const now = this.host.clock.now();
    if (this.successes.hasNewerThan({ cause, scope }, leasedAt, now)) return true;
    return isForbidden(scope, this.resets, { leasedAt, now });
  }

  #endBlame(lease: Lease, by: Sign): void {
    if (this.#inARow.streaks.size > 0) this.#inARow.noteSign(lease, by);
    if (this.index.byKey.size === 0) return;
    const now = this.host.clock.now();
    const ended = this.index
      .matching(lease)
      .filter(
        ({ cause, since }) =>
          (since > now || !isOpenedAfter(since, lease.leasedAt)) && isEnough(by, cause),
      );
    if (ended.length === 0) return;
    for (const mark of ended) this.end(mark, by);
    const keys = ended.map(({ key }) => key);
    // A mark that begins in the future was written before the clock was set back.
    const latest = Math.max(lease.leasedAt, ...ended.map(({ since }) => since));
    this.write(this.store.closeMarks(keys, latest));
  }
}
