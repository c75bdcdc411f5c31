/**
 * What a mark alone does not tell, in the process: when the outage it belongs to began, and how
 * many strikes are left of one that has ended (law 7). One row a mark, and of no more marks than
 * are kept.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Lease } from '../../model/credential.ts';
import type { Mark } from '../../model/failure.ts';
import { isForgotten, marksLimit } from '../../store/policy.ts';
import { RecentMap } from '../recent/recent-map.ts';
import { endOfMark } from './marks.ts';

/** Strikes of an outage that is over are remembered this long. */
const rememberMs = 5 * 60_000;
/**
 * A failure this long after a window has ended belongs to another outage, or later, where the
 * window was longer: agents ask once a minute, and short windows say nothing of the time between.
 * Those of silence are long themselves.
 */
const gapMs = { shownByHead: 90_000, other: 10_000 };
/** Not at a time before the next mark. */
const never = Number.POSITIVE_INFINITY;

interface OutageRow {
  readonly began: number;
  readonly strikes: number;
  /** Epoch ms until which the row says something about the next window. */
  readonly validUntil: number;
  /** The outage as it was when the head of a probe ended its mark. */
  readonly held?: OutageFacts | undefined;
}

export interface OutageFacts {
  /** Windows that opened in a row before. */
  readonly strikes: number;
  /** Epoch ms. */
  readonly began: number;
}

export class Outages {
  readonly #rows = new RecentMap<string, OutageRow>(marksLimit);

  /** What the next window of this key goes on from; the lease is of the attempt that failed now. */
  before(
    key: string,
    previous: Mark | undefined,
    { lease, now }: { readonly lease: Pick<Lease, 'leasedAt' | 'probeOf'>; readonly now: number },
  ): OutageFacts {
    const { leasedAt, probeOf } = lease;
    const row = this.#rows.get(key);
    if (previous === undefined && row?.held !== undefined && probeOf?.includes(key) === true)
      return row.held;
    if (previous !== undefined && !isForgotten(previous, now)) {
      const { since, until } = previous;
      const isSameOutage =
        now - endOfMark(previous, now) <= Math.max(gapOf(previous), until - since);
      return { strikes: previous.strikes, began: isSameOutage ? this.beganAt(previous) : leasedAt };
    }
    return {
      strikes: row !== undefined && row.validUntil > now ? row.strikes : 0,
      began: leasedAt,
    };
  }

  /** A window has opened. */
  noteOpened(mark: Mark, began: number): void {
    this.#rows.set(mark.key, { began, strikes: mark.strikes, validUntil: mark.until + rememberMs });
  }

  /**
   * It has ended, here or in another process: half of its strikes are left for what comes soon.
   * Where the head of a probe ended it, an error may still follow in that answer (`byHead`): then
   * the outage was never over.
   */
  noteEnded(mark: Mark, now: number, { byHead }: { byHead: boolean }): void {
    const held = byHead ? { strikes: mark.strikes, began: this.beganAt(mark) } : undefined;
    const strikes = Math.floor(mark.strikes / 2);
    this.#rows.set(mark.key, { began: never, strikes, validUntil: now + rememberMs, held });
  }

  /** The probe that had ended the mark by its head was answered: the outage is over. */
  noteAnswered(keys: readonly string[]): void {
    for (const key of keys) {
      const row = this.#rows.get(key);
      if (row?.held !== undefined) this.#rows.set(key, { ...row, held: undefined });
    }
  }

  /** When the outage of this mark began, epoch ms. */
  beganAt({ key, since }: Mark): number {
    return Math.min(since, this.#rows.get(key)?.began ?? since);
  }

  clear(): void {
    this.#rows.clear();
  }
}

function gapOf({ cause }: Mark): number {
  return rowOfClass(cause).mark?.endedBy === 'head' ? gapMs.shownByHead : gapMs.other;
}
