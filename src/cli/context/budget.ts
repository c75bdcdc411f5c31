/** Parses and formats a budget as people type it: `1usd/day`. */

import type { BudgetSettings } from '../../config/schema/budget-schema.ts';
import { budgetsOf } from '../../config/schema/meant-form.ts';
import { fitsSchema } from '../../config/schema/schema-walk.ts';
import { spendingPeriods, spendingUnits } from '../../model/spending.ts';
import { InvalidValue } from './command.ts';

/** Throws `InvalidValue`. */
export function parseBudget(text: string): BudgetSettings {
  const [, amount, name, span] = /^(\d+(?:\.\d+)?)([a-z]+)\/([a-z]+)$/.exec(text) ?? [];
  const unit = spendingUnits.find((one) => one === name);
  const per = spendingPeriods.find((one) => one === span);
  const most = Number(amount);
  if (
    unit !== undefined &&
    per !== undefined &&
    most > 0 &&
    (unit === 'usd' || Number.isInteger(most))
  )
    return { [unit]: most, per };
  const [meant] = budgetsOf(text).filter((form) => fitsSchema(['budget'], form));
  if (meant !== undefined) {
    const said = Object.entries(meant).flatMap(([key, value]) =>
      key === 'per' ? [] : `${value}${key}`,
    );
    throw new InvalidValue(`did you mean ${said.join('')}/${meant['per']}?`);
  }
  throw new InvalidValue(
    `a budget is an amount, a unit and a span (${spendingPeriods.join(', ')}): 1usd/day, 200000tokens/hour, 50requests/month.`,
  );
}

/** Returns the text that `parseBudget` reads. */
export function describeBudget({ per, ...amounts }: BudgetSettings): string {
  const said = spendingUnits.filter((unit) => amounts[unit] !== undefined);
  return said.map((unit) => `${amounts[unit]}${unit}/${per}`).join(', ');
}
