/** Describes budgets: which one, how much of it is left, and when it is renewed. Pure. */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { formatUsd } from '../../cost/format-usd.ts';
import { highestPrice } from '../../cost/price-table.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import type { BudgetStanding, SpendingLimit, SpendingUnit } from '../../model/spending.ts';
import { describeWait } from '../wording/when.ts';

/** Why an attempt does not fit into a budget. */
export interface Shortage {
  readonly text: string;
  /** Leaves out changing amounts and the fix. */
  readonly summary?: string;
  /** When the budget is renewed, epoch ms; absent if that would not help. */
  readonly until?: number;
  /** Makes room at once. */
  readonly fix?: Fix;
}

/** Returns, for example, `$1.00`, `12,000 tokens`, `1 request`. */
function describeAmount(amount: number, unit: SpendingUnit): string {
  if (unit === 'usd') return formatUsd(amount);
  const count = Math.ceil(amount);
  return `${count.toLocaleString('en-US')} ${count === 1 ? unit.slice(0, -1) : unit}`;
}

/** Returns, for example, `$1.00 a day for the caller codex`. */
function describeLimit({ of, unit, limit, per }: SpendingLimit): string {
  return `${describeAmount(limit, unit)} ${per === 'hour' ? 'an' : 'a'} ${per} for ${of}`;
}

/** Returns, for example, `at 2026-11-23 00:00 UTC, in 3 h`. */
function describeRenewal(at: number, now: number): string {
  return `at ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC, in ${describeWait(at - now)}`;
}

export function describeShortage(standing: BudgetStanding, need: number, now: number): Shortage {
  const { unit, spent, held, limit, renewsAt, setBy } = standing;
  const amount = describeAmount(need, unit);
  const raise = `; it is set by ${setBy}`;
  if (need > limit) {
    const summary = `the budget of ${describeLimit(standing)} is too small for a request that may take ${amount}`;
    return {
      summary,
      text: `${summary}: ask for a shorter answer, or raise it${raise}`,
      fix: raiseTo(standing, 2 * need),
    };
  }
  const onTheWay =
    held === 0 ? '' : `, ${describeAmount(held, unit)} held for requests on their way`;
  const left = `${describeAmount(spent, unit)} spent${onTheWay}, and this one may take ${amount}`;
  const summary = `the budget of ${describeLimit(standing)} has no room`;
  return {
    summary,
    text: `${summary}: ${left}; renewed ${describeRenewal(renewsAt, now)}${raise}`,
    until: renewsAt,
    fix: raiseTo(standing, 2 * (spent + held + need)),
  };
}

/** Returns, for example, `$0.4300 of $1.00 a day for all requests: $0.5700 left, renewed at …`. */
export function describeBudgetStanding(standing: BudgetStanding, now: number): string {
  const { unit, spent, held, limit, renewsAt } = standing;
  const left = describeAmount(Math.max(0, limit - spent - held), unit);
  const onTheWay = held === 0 ? '' : ` and ${describeAmount(held, unit)} held`;
  return `${describeAmount(spent, unit)}${onTheWay} of ${describeLimit(standing)}: ${left} left, renewed ${describeRenewal(renewsAt, now)}`;
}

function raiseTo({ unit, per, setBy, caller }: BudgetStanding, amount: number): Fix {
  const value = unit === 'usd' ? Math.ceil(amount * 100) / 100 : Math.ceil(amount);
  const command =
    caller === undefined
      ? shellLine`holdfast config set ${`${setBy}.${unit}`} ${value}`
      : shellLine`holdfast key set ${caller} --budget ${`${value}${unit}/${per}`}`;
  return { text: 'raise it', command };
}

/** A price that is too high keeps the budget; one that is too low does not. */
export function describeUnpriced(target: string, limit: SpendingLimit): Shortage {
  const what = `no price is known for ${target}, and the budget of ${describeLimit(limit)} counts in USD`;
  const { input, output } = highestPrice();
  const command = shellLine`holdfast config set ${formatKeyPath(['prices', target])} ${`{input: ${input}, output: ${output}}`}`;
  const text =
    'write its price, in USD for a million tokens (this is the highest that is known of any model)';
  return { text: what, fix: { text, command } };
}
