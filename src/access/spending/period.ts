/** The hour, day or month of UTC in which a budget counts. Pure. */

import { assertNever } from '../../errors.ts';
import type { SpendingPeriod } from '../../model/spending.ts';

export interface PeriodSpan {
  /** Epoch ms. */
  readonly since: number;
  /** Epoch ms; the next period begins then. */
  readonly until: number;
}

const hourMs = 3_600_000;

export function spanOf(per: SpendingPeriod, now: number): PeriodSpan {
  switch (per) {
    case 'hour':
      return floor(now, hourMs);
    case 'day':
      return floor(now, 24 * hourMs);
    case 'month': {
      const date = new Date(now);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { since: Date.UTC(year, month), until: Date.UTC(year, month + 1) };
    }
    default:
      return assertNever(per);
  }
}

function floor(now: number, ms: number): PeriodSpan {
  const since = Math.floor(now / ms) * ms;
  return { since, until: since + ms };
}
