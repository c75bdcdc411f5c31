/**
 * Tracks what budgets have left, for all processes of a home (step 2 of a request). What a request
 * may cost is taken out of the store before it is sent, a little more at a time than it needs, so
 * that most requests ask nobody. What is not spent goes back; what a killed process had taken
 * counts as spent.
 *
 * While the store is silent, only what was taken before may be spent: all processes together are
 * never over. A store that fails with an error stops nobody: the process goes on by what it knows.
 */

import { addSpent } from '../../cost/add-rows.ts';
import { RecentMap } from '../../credentials/recent/recent-map.ts';
import { runShort } from '../../errors.ts';
import type { Clock, Timer } from '../../host.ts';
import type {
  Booking,
  BudgetStanding,
  SpendingChange,
  SpendingLimit,
  SpendingRow,
  Spent,
} from '../../model/spending.ts';
import type { Store } from '../../store/store.ts';
import {
  type Account,
  chunkOf,
  covers,
  explainNothing,
  hasRoom,
  isInDebt,
  isNothing,
  keepLimited,
  keepRoom,
  type Limits,
  limitedPart,
  mapUnits,
  negate,
  nothingSpent,
  openAccount,
  send,
  totalOf,
  withoutDust,
} from './account.ts';
import { CallPace } from './call-pace.ts';
import { type PeriodSpan, spanOf } from './period.ts';
import { Silence } from './silence.ts';

/** Far more windows than a clock ever returns to. */
const accountLimit = 10_000;

/** What was spent is written this long after it is known. */
const flushMs = 250;

/** Sums that may refuse somebody are not older than this. */
const staleMs = 250;

/** Behind an error of the store, the process goes on alone for a while. */
const aloneMs = 5000;

export interface LedgerParts {
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'startTimer' | 'afterTurn'>;
  readonly store: Pick<Store, 'addSpending' | 'readSpending'>;
  readonly onFault: (error: unknown) => void;
  /** The store is that of a fleet's member, which asks the engine. Default: false. */
  readonly isInFleet?: boolean;
}

interface AskedAccount {
  readonly account: Account;
  readonly ahead?: SpendingChange['ahead'];
  /** Nothing is written: the sums are asked for. */
  readonly isRead?: boolean;
}

type Taken = 'taken' | 'short' | 'withheld' | 'fault' | 'silent';

/** Books what was really spent in place of what was reserved. */
export type BookSpent = (spent: Spent) => Booking;

export class Ledger {
  readonly #parts: LedgerParts;
  /** Keyed by budget and window: a clock that is set back may return to an old one. */
  readonly #accounts = new RecentMap<string, Account>(accountLimit);
  /** Finds the account used last, by budget. */
  readonly #latest = new Map<string, Account>();
  #kept: readonly SpendingRow[] = [];
  /** Accounts with something to write, or to give back. */
  readonly #open = new Set<Account>();
  #loading: Promise<void> | undefined;
  #taking: Promise<Taken> | undefined;
  #timer: Timer | undefined;
  /** Until then the store is not waited for, monotonic ms. */
  #aloneUntil = Number.NEGATIVE_INFINITY;
  readonly #pace: CallPace;
  readonly #silence: Silence;
  #isClosed = false;
  isLoaded = false;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    this.#pace = new CallPace(parts.isInFleet === true);
    this.#silence = new Silence(parts.clock);
  }

  /** Reads once what was spent before this process began; what it cannot read counts as nothing. */
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
    const { held, span, ...account } = this.#accountOf(limit);
    const taken = totalOf(account)[limit.unit] - account.room[limit.unit];
    const spent = withoutDust(taken - held[limit.unit]);
    return { ...limit, spent, held: withoutDust(held[limit.unit]), renewsAt: span.until };
  }

  /** Shows what other processes have spent, too. */
  async standingsOf(limits: readonly SpendingLimit[]): Promise<readonly BudgetStanding[]> {
    if (this.isLoaded) await this.#read(limits);
    else await this.load();
    return limits.map((limit) => this.standingOf(limit));
  }

  /**
   * Asks the store again about those of these budgets that little is left of, or less than is
   * needed: what others gave back since would be refused.
   */
  async lookAgain(limits: readonly SpendingLimit[], need: Spent): Promise<void> {
    if (!this.isLoaded) await this.load();
    const now = this.#parts.clock.monotonic();
    const doubtful = limits.filter((limit) => {
      const account = this.#accountOf(limit);
      const { unit } = limit;
      const left = limit.limit - totalOf(account)[unit] + account.room[unit];
      return left < Math.max(need[unit], limit.limit / 4) && now - account.readAt >= staleMs;
    });
    await this.#read(doubtful);
  }

  async #read(limits: readonly SpendingLimit[]): Promise<void> {
    const accounts = [...this.#limitsByAccount(limits).keys()];
    if (accounts.length === 0 || this.#isAlone() || this.#silence.isOn) return;
    await this.#exchangeInTime(accounts.map((account) => ({ account, isRead: this.#pace.isFar })));
  }

  #isAlone(): boolean {
    return this.#parts.clock.monotonic() < this.#aloneUntil;
  }

  /**
   * Reserves the same in each of these budgets, or in none: undefined. The function that it returns
   * must be called once. Rejects with `busy` if this process has not taken enough, and the store is
   * silent, or gives nothing out because this member of a fleet is alone.
   */
  async reserve(limits: readonly SpendingLimit[], need: Spent): Promise<BookSpent | undefined> {
    const accounts = this.#limitsByAccount(limits);
    for (const [account, ends] of accounts) account.limits = ends;
    for (;;) {
      if ([...accounts.keys()].every((account) => hasRoom(account, need)))
        return this.#hold([...accounts.keys()], need);
      if (this.#isAlone()) return this.#hold([...accounts.keys()], need);
      if (this.#silence.isOn) throw runShort('store-silent');
      // Somebody else's chunk may have room for this one too.
      if (this.#taking !== undefined) await this.#taking;
      else if ((await this.#take([...accounts.keys()], need)) === 'short') return undefined;
    }
  }

  /** Gives back what was not spent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#taking;
    await this.#flush('all');
  }

  async #take(accounts: readonly Account[], need: Spent): Promise<Taken> {
    const wishes = accounts.map((account) => {
      keepLimited(account);
      const { room, limits } = account;
      const lacking = mapUnits((unit) => Math.max(0, need[unit] - room[unit]));
      const least = limitedPart(account, lacking);
      const most = mapUnits((unit) => least[unit] + chunkOf(unit, limits));
      return { account, ahead: { least, most, limits } };
    });
    this.#taking = this.#exchangeInTime(wishes);
    const taken = await this.#taking;
    this.#taking = undefined;
    if (taken === 'withheld') throw runShort('fleet-alone');
    return taken;
  }

  #hold(accounts: readonly Account[], need: Spent): BookSpent {
    if (accounts.length > 0) this.#pace.noteRequest();
    const holds = accounts.map((account) => ({ account, amount: limitedPart(account, need) }));
    for (const { account, amount } of holds) {
      account.held = addSpent(amount, account.held);
      this.#add(account, negate(amount));
    }
    return (spent) => {
      for (const { account, amount } of holds) {
        account.held = addSpent(negate(amount), account.held);
        this.#add(account, addSpent(amount, negate(spent)));
      }
      return { windows: accounts.map(({ budget, span }) => ({ budget, ...span })), spent };
    };
  }

  /** Counts this in place of what was booked, in the periods in which that was. */
  async correct({ windows, spent }: Booking, real: Spent): Promise<void> {
    await this.load();
    for (const { budget, ...span } of windows)
      this.#add(this.#accountIn(budget, span), addSpent(negate(real), spent));
  }

  /** Changes the room of an account that is in use. */
  #add(account: Account, amount: Spent): void {
    account.usedAt = this.#parts.clock.monotonic();
    account.room = addSpent(amount, account.room);
    this.#open.add(account);
    this.#flushLater();
  }

  #limitsByAccount(limits: readonly SpendingLimit[]): ReadonlyMap<Account, Limits> {
    const found = new Map<Account, Limits>();
    for (const limit of limits) {
      const account = this.#accountOf(limit);
      const { [limit.unit]: end = limit.limit, ...others } = found.get(account) ?? {};
      found.set(account, { ...others, [limit.unit]: Math.min(end, limit.limit) });
    }
    return found;
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
    const kept = this.#kept.find((row) => row.budget === budget && row.since === span.since);
    const { usd, tokens, requests } = kept ?? nothingSpent;
    const account = openAccount(budget, span, { usd, tokens, requests });
    this.#accounts.set(window, account);
    return account;
  }

  #flushLater(): void {
    if (this.#isClosed || this.#open.size === 0) return;
    this.#timer ??= this.#parts.clock.startTimer(flushMs, () => {
      void this.#flush('due').then(() => {
        this.#timer = undefined;
        this.#flushLater();
      });
    });
  }

  /** Writes what was spent, and gives back the room of idle accounts, or of all. */
  async #flush(which: 'due' | 'all'): Promise<void> {
    const { mayCall, idleMs } = this.#pace;
    const idleSince = this.#parts.clock.monotonic() - idleMs;
    const isIdle = ({ usedAt }: Account): boolean => which === 'all' || usedAt < idleSince;
    const accounts = [...this.#open].filter((one) => mayCall || isIdle(one) || isInDebt(one));
    for (const account of accounts) {
      keepRoom(account, isIdle(account) ? 0 : 1);
      if (isNothing(account.room)) this.#open.delete(account);
    }
    const written = accounts.filter(({ unsaved }) => !isNothing(unsaved));
    if (written.length > 0) await this.#exchange(written.map((account) => ({ account })));
  }

  /** A request is waiting for it. An answer that comes later counts all the same. */
  #exchangeInTime(asked: readonly AskedAccount[]): Promise<Taken> {
    const taken = this.#exchange(asked).then((found) => {
      if (found === 'fault') this.#aloneUntil = this.#parts.clock.monotonic() + aloneMs;
      return found;
    });
    return this.#silence.waitFor(taken);
  }

  /** What could not be written stays for the next time. */
  async #exchange(asked: readonly AskedAccount[]): Promise<Taken> {
    const moved = asked.map(({ account, isRead }) => (isRead ? nothingSpent : send(account)));
    if (!asked.every(({ isRead }) => isRead)) this.#pace.noteCall();
    const changes = asked.map(({ account: { budget, span }, ahead }, index) => ({
      ...(moved[index] ?? nothingSpent),
      budget,
      since: span.since,
      ahead,
    }));
    let sums: Awaited<ReturnType<Store['addSpending']>> | undefined;
    try {
      sums = await this.#parts.store.addSpending(changes);
    } catch (error) {
      this.#parts.onFault(error);
    }
    this.#silence.noteAnswer();
    let hasTaken = false;
    let isEnough = true;
    for (const [index, { account }] of asked.entries()) {
      const sent = moved[index] ?? nothingSpent;
      account.sent = addSpent(negate(sent), account.sent);
      const sum = sums?.[index];
      if (sum === undefined) {
        account.unsaved = addSpent(sent, account.unsaved);
        this.#open.add(account);
        continue;
      }
      const { usd, tokens, requests, taken } = sum;
      account.stored = { usd, tokens, requests };
      account.readAt = this.#parts.clock.monotonic();
      if (taken === undefined) continue;
      hasTaken = true;
      isEnough &&= covers(taken, asked[index]?.ahead?.least ?? nothingSpent);
      account.room = addSpent(taken, account.room);
      this.#open.add(account);
    }
    this.#flushLater(); // nobody may be waiting for it any more
    if (sums === undefined) return 'fault';
    if (!isEnough) {
      this.#parts.onFault(new Error('the store granted less than it was asked for'));
      return 'fault';
    }
    return hasTaken ? 'taken' : explainNothing(sums);
  }
}
