/**
 * Limits of what may be spent in an hour, a day or a month: made by config and by keys of callers,
 * held by access/spending. Types, and their closed sets as lists.
 */

export const spendingUnits = ['usd', 'tokens', 'requests'] as const;
export type SpendingUnit = (typeof spendingUnits)[number];

export const spendingPeriods = ['hour', 'day', 'month'] as const;
export type SpendingPeriod = (typeof spendingPeriods)[number];

export interface SpendingLimit {
  /**
   * What it limits, for people: `all requests`, `the task vision`, `the provider openai`, `the
   * caller codex`.
   */
  readonly of: string;
  /** Where it is set: `providers.openai.budget`, `holdfast key add codex`. */
  readonly setBy: string;
  readonly unit: SpendingUnit;
  readonly most: number;
  /** By the clock of UTC. */
  readonly per: SpendingPeriod;
}

/** The limits of a configuration. */
export interface SpendingLimits {
  readonly all: readonly SpendingLimit[];
  readonly tasks: ReadonlyMap<string, readonly SpendingLimit[]>;
  readonly providers: ReadonlyMap<string, readonly SpendingLimit[]>;
  /** Each stands at its credential too. */
  readonly credentials: readonly SpendingLimit[];
}

/** What was spent, in every unit: a budget may change its own. */
export interface Spent {
  readonly usd: number;
  readonly tokens: number;
  readonly requests: number;
}

/** What was spent under one budget in one hour, day or month; kept by the store. */
export interface SpendingRow extends Spent {
  /** `all requests per day`. */
  readonly budget: string;
  /** When its period began, epoch ms. */
  readonly since: number;
}

/** How a budget stands. */
export interface BudgetStanding extends SpendingLimit {
  /** In its unit. */
  readonly spent: number;
  /** Held for requests that are on their way. */
  readonly held: number;
  /** Epoch ms. */
  readonly renewsAt: number;
}
