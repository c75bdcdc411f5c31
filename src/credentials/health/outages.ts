/**
 * What a mark alone does not tell, in the process: when the outage it belongs to began, and how many strikes are left of one
 * that has ended (law 7). One row a mark; rows of outages that are long over are dropped.
 */

import type { Mark } from '../../model/failure.ts';
import { isForgotten } from '../../store/policy.ts';
import { markPolicies } from './mark-policy.ts';
import { endOf } from './marks.ts';

/** Strikes of an outage that is over are remembered this long. */
const rememberMs = 5 * 60_000;
/**
 * A failure this long after a window has ended belongs to another outage, or later, where the window was longer: agents ask once a
 * minute, and short windows say nothing of the time between. Those of silence are long themselves.
 */
const gapMs = { shownByHead: 90_000, other: 10_000 };
/** Not at a time before the next mark. */
const never = Number.POSITIVE_INFINITY;
/** Above this many rows those that are over are looked for. */
const tidyAbove = 1000;

interface OutageRow {
  readonly began: number;
  readonly strikes: number;
  /** Epoch ms until which the row says something about the next window. */
  readonly validUntil: number;
}

export interface OutageFacts {
  /** Windows that opened in a row before. */
  readonly strikes: number;
  /** Epoch ms. */
  readonly began: number;
}

export class Outages {
  readonly #rows = new Map<string, OutageRow>();

  /** What the next window of this key goes on from; `leasedAt` is when the attempt began that failed now. */
  before(
    key: string,
    previous: Mark | undefined,
    { leasedAt, now }: { leasedAt: number; now: number },
  ): OutageFacts {
    const row = this.#rows.get(key);
    if (previous !== undefined && !isForgotten(previous, now)) {
      const { since, until } = previous;
      const isSameOutage = now - endOf(previous, now) <= Math.max(gapOf(previous), until - since);
      return { strikes: previous.strikes, began: isSameOutage ? this.beganAt(previous) : leasedAt };
    }
    return { strikes: row !== undefined && row.validUntil > now ? row.strikes : 0, began: leasedAt };
  }

  /** A window has opened. */
  noteOpened(mark: Mark, began: number): void {
    if (this.#rows.size > tidyAbove) this.#tidy(mark.since);
    this.#rows.set(mark.key, { began, strikes: mark.strikes, validUntil: mark.until + rememberMs });
  }

  /** It has ended, here or in another process: half of its strikes are left for what comes soon. */
  noteEnded({ key, strikes }: Mark, now: number): void {
    this.#rows.set(key, { began: never, strikes: Math.floor(strikes / 2), validUntil: now + rememberMs });
  }

  /** When the outage of this mark began, epoch ms. */
  beganAt({ key, since }: Mark): number {
    return Math.min(since, this.#rows.get(key)?.began ?? since);
  }

  clear(): void {
    this.#rows.clear();
  }

  #tidy(now: number): void {
    for (const [key, { validUntil }] of this.#rows) if (validUntil <= now) this.#rows.delete(key);
  }
}

function gapOf({ cause }: Mark): number {
  return markPolicies[cause]?.endedBy === 'head' ? gapMs.shownByHead : gapMs.other;
}
