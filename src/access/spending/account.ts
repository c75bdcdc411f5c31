/**
 * One budget in one of its periods, as one process knows it: what all have spent, and what this
 * process has taken and not spent yet. Pure.
 */

import { addSpent } from '../../cost/add-rows.ts';
import { type SpendingSum, type Spent, spendingUnits } from '../../model/spending.ts';
import { dust } from '../../store/policy.ts';
import type { PeriodSpan } from './period.ts';

/** A process keeps at most this part of a limit for requests to come. */
const chunk = 1 / 50;

export const nothingSpent: Spent = { usd: 0, tokens: 0, requests: 0 };

/** The ends of an account's limited units. */
export type Limits = Partial<Record<keyof Spent, number>>;

/** Keeps one budget in one of its periods. */
export interface Account {
  readonly budget: string;
  readonly span: PeriodSpan;
  /** The store's value after the last exchange: what all processes have spent, or taken ahead. */
  stored: Spent;
  /** When that was, monotonic ms. */
  readAt: number;
  /** On its way to the store. */
  sent: Spent;
  /** Not written yet; negative: to be given back. */
  unsaved: Spent;
  /** Taken for requests that have not ended. */
  held: Spent;
  /** Taken for requests to come. */
  room: Spent;
  /** As the last request said. */
  limits: Limits;
  /** No request has used it since the last flush. */
  isIdle: boolean;
}

/** What all processes have spent or taken, as far as is known. */
export function totalOf({
  stored,
  sent,
  unsaved,
}: Pick<Account, 'stored' | 'sent' | 'unsaved'>): Spent {
  return addSpent(unsaved, addSpent(sent, stored));
}

export function hasRoom(account: Account, need: Spent): boolean {
  const lacking = mapUnits((unit) => need[unit] - account.room[unit]);
  return covers(nothingSpent, limitedPart(account, lacking));
}

export function covers(amount: Spent, need: Spent): boolean {
  return spendingUnits.every((unit) => need[unit] - amount[unit] <= dust);
}

/** What is not limited is counted when it is known, and not reserved. */
export function limitedPart({ limits }: Account, amount: Spent): Spent {
  return mapUnits((unit) => (limits[unit] === undefined ? 0 : amount[unit]));
}

/**
 * Keeps this many chunks of what is free, and none of what is not limited; a request that cost more
 * than was held for it is added.
 */
export function keepRoom(account: Account, chunks: number): void {
  const kept = mapUnits((unit) =>
    Math.max(0, Math.min(account.room[unit], chunks * chunkOf(unit, account.limits))),
  );
  account.unsaved = addSpent(kept, addSpent(negate(account.room), account.unsaved));
  account.room = kept;
}

export function chunkOf(unit: keyof Spent, limits: Limits): number {
  const part = (limits[unit] ?? 0) * chunk;
  return unit === 'usd' ? part : Math.floor(part);
}

/** Why nothing was taken: too little is left, or this member of a fleet cannot ask the others. */
export function explainNothing(sums: readonly SpendingSum[]): 'short' | 'withheld' {
  return sums.some(({ isWithheld }) => isWithheld === true) ? 'withheld' : 'short';
}

export function mapUnits(amountOf: (unit: keyof Spent) => number): Spent {
  return { usd: amountOf('usd'), tokens: amountOf('tokens'), requests: amountOf('requests') };
}

export function isNothing(amounts: Spent): boolean {
  return spendingUnits.every((unit) => withoutDust(amounts[unit]) === 0);
}

/** Removes the error of adding fractions. */
export function withoutDust(sum: number): number {
  return Math.abs(sum) < dust ? 0 : sum;
}

export function negate({ usd, tokens, requests }: Spent): Spent {
  return { usd: -usd, tokens: -tokens, requests: -requests };
}
