/** Adds usage up by caller, task, target, day, session or sub-agent. Pure. */

import type { UsageRow } from '../model/usage.ts';
import { addRows, type Counts, noCounts } from './add-rows.ts';
import type { SessionRow } from './rows-of-records.ts';

export const groupings = ['caller', 'task', 'target', 'day', 'session', 'agent'] as const;
export type Grouping = (typeof groupings)[number];

export interface CostGroup extends Counts {
  readonly name: string;
}

export interface CostReport {
  readonly total: Counts;
  /** The most expensive first, then by tokens; days keep their order. */
  readonly groups: readonly CostGroup[];
  /** Sums what was paid without an answer. */
  readonly discarded: Counts;
  /** Targets with attempts that the sums leave out. */
  readonly unpricedTargets: readonly string[];
}

export function reportCost(
  rows: readonly (UsageRow & Partial<SessionRow>)[],
  by: Grouping,
): CostReport {
  const groups = new Map<string, CostGroup>();
  for (const row of rows) {
    const name = row[by] ?? '';
    groups.set(name, addRows(groups.get(name) ?? { name, ...noCounts }, row));
  }
  const found = [...groups.values()];
  return {
    total: sumRows(rows),
    groups: by === 'day' ? found : found.sort((one, other) => weigh(other, one)),
    discarded: sumRows(rows.filter(({ purpose }) => purpose === 'discarded')),
    unpricedTargets: [
      ...new Set(rows.filter(({ unpriced }) => unpriced > 0).map(({ target }) => target)),
    ],
  };
}

function weigh(one: Counts, other: Counts): number {
  return one.usd - other.usd || tokensOf(one) - tokensOf(other);
}

function tokensOf({ inputTokens, outputTokens }: Counts): number {
  return inputTokens + outputTokens;
}

function sumRows(rows: readonly UsageRow[]): Counts {
  return rows.reduce<Counts>((total, row) => addRows(total, row), noCounts);
}
