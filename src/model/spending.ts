/**
 * Limits of spending per hour, day or month: config and caller keys set them, access/spending
 * enforces them. Types, and their closed sets as lists.
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
  /** The setting or key that has it: `providers.openai.budget`, `the key codex`. */
  readonly setBy: string;
  /** The caller whose key it belongs to. Absent: the configuration has it. */
  readonly caller?: string;
  readonly unit: SpendingUnit;
  readonly limit: number;
  /** Periods follow UTC. */
  readonly per: SpendingPeriod;
}

/** The limits of a configuration. */
export interface SpendingLimits {
  readonly all: readonly SpendingLimit[];
  readonly tasks: ReadonlyMap<string, readonly SpendingLimit[]>;
  readonly providers: ReadonlyMap<string, readonly SpendingLimit[]>;
  /** Each credential lists its own too. */
  readonly credentials: readonly SpendingLimit[];
}

/** Counted in every unit, because a budget may change its unit. */
export interface Spent {
  readonly usd: number;
  readonly tokens: number;
  readonly requests: number;
}

/** What was counted under some budgets for one attempt. */
export interface Booking {
  /** The periods in which it was: from and to, epoch ms. */
  readonly windows: readonly {
    readonly budget: string;
    readonly since: number;
    readonly until: number;
  }[];
  readonly spent: Spent;
}

/** What was spent under one budget in one hour, day or month; the store has it. */
export interface SpendingRow extends Spent {
  /** Reads like `all requests per day`. */
  readonly budget: string;
  /** The period began at this time, epoch ms. */
  readonly since: number;
}

/** A change of a row: its amounts are added, then what may be taken ahead is. */
export interface SpendingChange extends SpendingRow {
  readonly ahead?: Ahead | undefined;
}

/** What a process takes out of a budget before it spends it. */
export interface Ahead {
  /** What it needs at once. */
  readonly least: Spent;
  /** What it would like, if that much is left. */
  readonly most: Spent;
  /** The end of each limited unit. */
  readonly limits: Partial<Spent>;
}

/** A row after a change. */
export interface SpendingSum extends SpendingRow {
  /** What was taken ahead, and is part of the sums. Absent: nothing. */
  readonly taken?: Spent | undefined;
  /**
   * Nothing could be taken for another reason than its limit: this member of a fleet cannot ask the
   * others.
   */
  readonly isWithheld?: true | undefined;
}

/** The current state of a budget; amounts are in its unit. */
export interface BudgetStanding extends SpendingLimit {
  readonly spent: number;
  /** Is reserved for requests under way. */
  readonly held: number;
  readonly renewsAt: number;
}
