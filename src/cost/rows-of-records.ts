/**
 * Counts usage by session and sub-agent, which daily sums do not have: from the records that are
 * kept. Pure.
 */

import type { RequestRecord } from '../model/record.ts';
import type { UsageRow } from '../model/usage.ts';
import { isUnused } from './cost-of.ts';

export interface SessionRow extends UsageRow {
  /** Empty if the caller named none. */
  readonly session: string;
  readonly agent: string;
}

/** One row for each attempt that was paid for, as the daily sums count them. */
export function rowsOfRecords(records: readonly RequestRecord[]): readonly SessionRow[] {
  return records.flatMap((record) => {
    const { at, caller = '', session = '', agent = '', task } = record;
    const day = new Date(at).toISOString().slice(0, 10);
    return record.attempts.flatMap((attempt): readonly SessionRow[] => {
      const { failure, usage, usd = 0, isUnpriced, target } = attempt;
      if (failure !== undefined && usage === undefined && isUnpriced !== true) return [];
      const isDiscarded = failure !== undefined && isUnused(record, attempt);
      const kind = task === 'main' ? 'main' : 'task';
      const { inputTokens = 0, outputTokens = 0, cachedTokens = 0 } = usage ?? {};
      const counts = { requests: 1, inputTokens, outputTokens, cachedTokens, usd };
      const names = { day, caller, session, agent, task, target };
      const purpose = isDiscarded ? 'discarded' : kind;
      return [{ ...names, purpose, ...counts, unpriced: isUnpriced === true ? 1 : 0 }];
    });
  });
}
