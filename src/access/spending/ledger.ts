/**
 * Tracks what budgets have left: what was spent, from the store, and what is reserved for requests
 * under way, in this process. Checking and reserving are one synchronous step, so that of many
 * requests at once only those pass that fit.
 */

import { addSpent } from '../../cost/add-rows.ts';
import { RecentMap } from '../../credentials/recent/recent-map.ts';
import type { Clock } from '../../host.ts';
import type {
  Booking,
  BudgetStanding,
  SpendingLimit,
  SpendingLimits,
  SpendingRow,
  Spent,
} from '../../model/spending.ts';
import type { Store } from '../../store/store.ts';
import { type PeriodSpan, spanOf } from './period.ts';

/** Far more windows than a clock ever returns to. */
const accountLimit = 10_000;

export const nothingSpent: Spent = { usd: 0, tokens: 0, requests: 0 };

/** Keeps one budget in one of its periods. */
interface Account {
  readonly budget: string;
  readonly span: PeriodSpan;
  /** The store's value after the last write, by all processes. */
  stored: Spent;
  /** On its way to the store. */
  sent: Spent;
  /** Not written yet. */
  unsaved: Spent;
  /** Reserved for requests that have not ended. */
  held: Spent;
}

export interface LedgerParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<Store, 'addSpending' | 'readSpending'>;
  readonly onFault: (error: unknown) => void;
}

export class Ledger {
  readonly #parts: LedgerParts;
  /** Keyed by budget and window: a clock that is set back may return to an old one. */
  readonly #accounts = new RecentMap<string, Account>(accountLimit);
  /** Finds the account used last, by budget. */
  readonly #latest = new Map<string, Account>();
  #kept: readonly SpendingRow[] = [];
  readonly #dirty = new Set<Account>();
  #loading: Promise<void> | undefined;
  #writing: Promise<void> | undefined;
  isLoaded = false;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /**
   * Reads once what was spent before this process began. What cannot be read counts as nothing,
   * with a warning.
   */
  load(): Promise<void> {
    this.#loading ??= this.#parts.store
      .readSpending()
      .then((rows) => {
        this.#kept = rows;
      }, this.#parts.onFault)
      .then(() => {
        this.isLoaded = true;
      });
    return this.#loading;
  }

  standingOf(limit: SpendingLimit): BudgetStanding {
    const { stored, sent, unsaved, held, span } = this.#accountOf(limit);
    const spent = [stored, sent, unsaved].reduce((sum, part) => sum + part[limit.unit], 0);
    return { ...limit, spent, held: withoutDust(held[limit.unit]), renewsAt: span.until };
  }

  async standingsOf(limits: readonly SpendingLimit[]): Promise<readonly BudgetStanding[]> {
    await this.load();
    return limits.map((limit) => this.standingOf(limit));
  }

  /**
   * Reserves the same for each of these budgets; returns the function that settles it. The caller
   * has checked before.
   */
  hold(limits: readonly SpendingLimit[], need: Spent): (spent: Spent) => Booking {
    const accounts = [...new Set(limits.map((limit) => this.#accountOf(limit)))];
    for (const account of accounts) account.held = addSpent(need, account.held);
    return (spent) => {
      for (const account of accounts) account.held = addSpent(negate(need), account.held);
      if (spent !== nothingSpent) this.#book(accounts, spent);
      return { windows: accounts.map(({ budget, span }) => ({ budget, ...span })), spent };
    };
  }

  /** Counts this in place of what was booked, in the periods in which that was. */
  async correct({ windows, spent }: Booking, real: Spent): Promise<void> {
    await this.load();
    const accounts = windows.map(({ budget, ...span }) => this.#accountIn(budget, span));
    this.#book(accounts, addSpent(negate(spent), real));
  }

  #book(accounts: readonly Account[], spent: Spent): void {
    for (const account of accounts) {
      account.unsaved = addSpent(spent, account.unsaved);
      this.#dirty.add(account);
    }
    this.#writing ??= this.#write();
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#write();
  }

  /** Limits of one budget share an account: that of the current period. */
  #accountOf({ of, per }: SpendingLimit): Account {
    const budget = `${of} per ${per}`;
    const now = this.#parts.clock.now();
    const latest = this.#latest.get(budget);
    if (latest !== undefined && latest.span.since <= now && now < latest.span.until) return latest;
    const account = this.#accountIn(budget, spanOf(per, now));
    this.#latest.set(budget, account);
    return account;
  }

  #accountIn(budget: string, span: PeriodSpan): Account {
    const window = `${budget} ${span.since}`;
    const known = this.#accounts.get(window);
    if (known !== undefined) return known;
    const stored = this.#kept.find((row) => row.budget === budget && row.since === span.since);
    const { usd, tokens, requests } = stored ?? nothingSpent;
    const none = { sent: nothingSpent, unsaved: nothingSpent, held: nothingSpent };
    const account: Account = { budget, span, stored: { usd, tokens, requests }, ...none };
    this.#accounts.set(window, account);
    return account;
  }

  /** What could not be written stays for the next time. */
  async #write(): Promise<void> {
    while (this.#dirty.size > 0) {
      const accounts = [...this.#dirty];
      this.#dirty.clear();
      const rows = accounts.map(spendingRow);
      try {
        const sums = await this.#parts.store.addSpending(rows);
        for (const [index, account] of accounts.entries()) {
          const { usd, tokens, requests } = sums[index] ?? addSpent(account.sent, account.stored);
          account.stored = { usd, tokens, requests };
          account.sent = nothingSpent;
        }
      } catch (error) {
        for (const account of accounts) {
          account.unsaved = addSpent(account.sent, account.unsaved);
          account.sent = nothingSpent;
          this.#dirty.add(account);
        }
        this.#parts.onFault(error);
        break;
      }
    }
    this.#writing = undefined;
  }
}

/** Lists every limit of a configuration. */
export function listLimits(spending: SpendingLimits | undefined): readonly SpendingLimit[] {
  if (spending === undefined) return [];
  const { all, tasks, providers, credentials } = spending;
  return [...all, ...[...tasks.values(), ...providers.values()].flat(), ...credentials];
}

function spendingRow(account: Account): SpendingRow {
  const { budget, span, unsaved } = account;
  account.sent = unsaved;
  account.unsaved = nothingSpent;
  return { budget, since: span.since, ...unsaved };
}

/** Removes the error of adding fractions. */
function withoutDust(sum: number): number {
  return Math.abs(sum) < 1e-9 ? 0 : sum;
}

function negate({ usd, tokens, requests }: Spent): Spent {
  return { usd: -usd, tokens: -tokens, requests: -requests };
}
