/**
 * Remembers what a mark does not say: when its outage began, and how many strikes are left of an
 * outage that has ended (law 7). There is one row per mark, and no more rows than marks.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Lease } from '../../model/credential.ts';
import type { Mark } from '../../model/failure.ts';
import { isForgotten, marksLimit } from '../../store/policy.ts';
import { RecentMap } from '../recent/recent-map.ts';
import { endOfMark } from './marks.ts';

/** Strikes of an outage that is over count this long. */
const rememberMs = 5 * 60_000;
/**
 * A failure this long after a window belongs to another outage; if the window was longer, its
 * length counts instead. Agents ask once a minute, and a short window says nothing of the time
 * between.
 */
const gapMs = { shownByHead: 90_000, other: 10_000 };
/** An ended outage gives the next mark no earlier beginning. */
const never = Number.POSITIVE_INFINITY;

interface OutageRow {
  readonly began: number;
  readonly strikes: number;
  /** The row says nothing about windows that open after this time, epoch ms. */
  readonly validUntil: number;
  /** The outage as it was when the head of a probe ended its mark. */
  readonly held?: OutageFacts | undefined;
}

export interface OutageFacts {
  /** The windows that opened in a row before this one. */
  readonly strikes: number;
  readonly began: number;
}

export class Outages {
  readonly #rows = new RecentMap<string, OutageRow>(marksLimit);

  /**
   * Returns the outage that the next window of this key continues; the lease is that of the failed
   * attempt.
   */
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

  noteOpened(mark: Mark, began: number): void {
    this.#rows.set(mark.key, { began, strikes: mark.strikes, validUntil: mark.until + rememberMs });
  }

  /**
   * A mark has ended, here or in another process. Half of its strikes count for failures soon
   * after. If the head of a probe ended it (`byHead`), an error in that answer can still continue
   * the outage.
   */
  noteEnded(mark: Mark, now: number, { byHead }: { byHead: boolean }): void {
    const held = byHead ? { strikes: mark.strikes, began: this.beganAt(mark) } : undefined;
    const strikes = Math.floor(mark.strikes / 2);
    this.#rows.set(mark.key, { began: never, strikes, validUntil: now + rememberMs, held });
  }

  /** The probe whose head ended the mark was answered in full: the outage is over. */
  noteAnswered(keys: readonly string[]): void {
    for (const key of keys) {
      const row = this.#rows.get(key);
      if (row?.held !== undefined) this.#rows.set(key, { ...row, held: undefined });
    }
  }

  /** Returns when the outage of this mark began, epoch ms. */
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
