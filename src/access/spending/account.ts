/**
 * One budget in one of its periods, as one process knows it: what all have spent, and what this
 * process has taken and not spent yet. Pure.
 */

import { addSpent } from '../../cost/add-rows.ts';
import {
  type SpendingLimit,
  type SpendingLimits,
  type SpendingSum,
  type Spent,
  spendingUnits,
} from '../../model/spending.ts';
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
  /** When a request last changed it, monotonic ms. */
  usedAt: number;
}

export function openAccount(budget: string, span: PeriodSpan, stored: Spent): Account {
  return {
    budget,
    span,
    stored,
    readAt: Number.NEGATIVE_INFINITY,
    sent: nothingSpent,
    unsaved: nothingSpent,
    held: nothingSpent,
    room: nothingSpent,
    limits: {},
    usedAt: Number.NEGATIVE_INFINITY,
  };
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
  const { limits } = account;
  keep(account, (unit, free) => Math.max(0, Math.min(free, chunks * chunkOf(unit, limits))));
}

/** Keeps all that is free, and none of what is not limited. */
export function keepLimited(account: Account): void {
  keep(account, (unit, free) => (account.limits[unit] === undefined ? 0 : free));
}

/** The rest is to be written. */
function keep(account: Account, keptOf: (unit: keyof Spent, free: number) => number): void {
  const { room, unsaved } = account;
  account.room = mapUnits((unit) => keptOf(unit, room[unit]));
  account.unsaved = addSpent(account.room, addSpent(negate(room), unsaved));
}

/** What was not written yet is on its way now, and is returned. */
export function send(account: Account): Spent {
  const { unsaved } = account;
  account.sent = addSpent(unsaved, account.sent);
  account.unsaved = nothingSpent;
  return unsaved;
}

/** Requests have cost more than was taken for them. */
export function isInDebt({ limits, room }: Account): boolean {
  return spendingUnits.some((unit) => limits[unit] !== undefined && room[unit] < -dust);
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

/** Lists every limit of a configuration. */
export function listLimits(spending: SpendingLimits | undefined): readonly SpendingLimit[] {
  if (spending === undefined) return [];
  const { all, tasks, providers, credentials } = spending;
  return [...all, ...[...tasks.values(), ...providers.values()].flat(), ...credentials];
}
