/**
 * Budgets of a member that cannot ask the log: nothing is taken out of them but what this member
 * gives back itself. So two halves of a fleet never spend one budget twice.
 */

import { type SpendingChange, type SpendingRow, spendingUnits } from '../../model/spending.ts';
import type { SharedChange } from '../replica.ts';
import type { ParametersOf, ResultOf } from '../sqlite/asked.ts';

/** Sums that must not grow. None are known of a window that has begun since: nothing is taken. */
type Ceilings = readonly SpendingRow[];

/** The same change, which takes nothing that makes a sum higher than its ceiling. */
export function keepBelow(change: SharedChange, ceilings: Ceilings): SharedChange {
  const changes = parseSpending(change);
  if (changes === undefined) return change;
  const lower = (row: SpendingChange): SpendingChange =>
    row.ahead === undefined ? row : { ...row, ahead: { ...row.ahead, limits: lowest(row) } };
  const lowest = ({
    budget,
    since,
    ahead,
  }: SpendingChange): NonNullable<typeof ahead>['limits'] => {
    const ceiling = ceilings.find((one) => one.budget === budget && one.since === since);
    const limited = spendingUnits.flatMap((unit) => {
      const limit = ahead?.limits[unit];
      return limit === undefined ? [] : [[unit, Math.min(limit, ceiling?.[unit] ?? 0)]];
    });
    return Object.fromEntries(limited);
  };
  return { ...change, parameters: [changes.map(lower)] };
}

/** Says of what was not taken that it was not for lack of it. */
export function tellWithheld(change: SharedChange, result: unknown): unknown {
  const changes = parseSpending(change);
  if (changes === undefined) return result;
  return parseSums(result).map((sum, index) =>
    changes[index]?.ahead !== undefined && sum.taken === undefined
      ? { ...sum, isWithheld: true }
      : sum,
  );
}

/** Answers from this member's own copy what takes nothing and adds nothing; else undefined. */
export function findSums(
  change: SharedChange,
): ((rows: readonly SpendingRow[]) => readonly SpendingRow[]) | undefined {
  const changes = parseSpending(change);
  const isQuestion = changes?.every(
    ({ ahead, ...row }) => ahead === undefined && spendingUnits.every((unit) => row[unit] === 0),
  );
  if (changes === undefined || isQuestion !== true) return undefined;
  const isOf = (one: SpendingRow, row: SpendingRow): boolean =>
    one.budget === row.budget && one.since === row.since;
  return (rows) => changes.map((row) => rows.find((one) => isOf(one, row)) ?? row);
}

function parseSpending({ name, parameters }: SharedChange): readonly SpendingChange[] | undefined {
  return name === 'addSpending' ? (parameters as ParametersOf<'addSpending'>)[0] : undefined;
}

function parseSums(result: unknown): ResultOf<'addSpending'> {
  return result as ResultOf<'addSpending'>;
}
