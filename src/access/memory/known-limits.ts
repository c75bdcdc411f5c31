/**
 * What is known of the limits of accounts: what this process read from answers (step 4 of a
 * request), and what others wrote to the state. Readings of which little is left are written, at
 * most once a second for each limit; the order of keys and people's reports read both.
 */

import { RecentMap } from '../../credentials/recent/recent-map.ts';
import type { Clock } from '../../host.ts';
import type { Lease, LimitReading, LimitWindow, LoginWindows } from '../../model/credential.ts';
import { Batches } from '../../store/batches.ts';
import { accountOf, isLaterReading, keyOfLimit, limitsLimit } from '../../store/policy.ts';
import type { Store } from '../../store/store.ts';
import {
  believedMs,
  type CertainRefusal,
  findRefusal,
  isLow,
  mayRefuseUntil,
  type Need,
  noInput,
} from './certain-refusal.ts';
import { Lesson } from './lessons.ts';
import { countsModel, type LimitNews, listWindows, readLimits } from './limit-windows.ts';

type LimitOwner = Pick<Lease, 'site' | 'account' | 'model'>;

interface KnownLimitsParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'putLimits'>;
  /** Has the readings that other processes wrote. */
  readonly health: { readonly limits: ReadonlyMap<string, readonly LimitReading[]> };
  readonly redact: (text: string) => string;
  readonly onFault: (error: unknown) => void;
}

/** The head of an answer. */
interface SaidOfLimits extends Pick<LimitNews, 'vendor' | 'headers' | 'asOf'> {
  /** It was no refusal. */
  readonly isGood: boolean;
}

/** All limits at one moment, for a report of many keys. */
export interface LimitSurvey {
  windowsOf(owner: Pick<LimitOwner, 'site' | 'account'>): readonly LimitWindow[];
  /** Returns those of each account whose callers' logins this credential stands for, if any. */
  loginsOf(credential: string): readonly LoginWindows[] | undefined;
}

export class KnownLimits {
  readonly #parts: KnownLimitsParts;
  /** The headers of the latest answers, for people. */
  readonly #news: Lesson<LimitOwner, LimitNews>;
  /** By account, low readings of this process and those with which they ended, by limit. */
  readonly #low = new RecentMap<string, Map<string, LimitReading>>(limitsLimit);
  /** Limits that were wrong: an answer came where none could. */
  readonly #wrong: Lesson<LimitReading>;
  readonly #unwritten: Batches<LimitReading>;
  /** Until when a reading may refuse somebody: one of this process, and one of others. */
  #ownEnd = 0;
  #shared = { limits: noLimits, end: 0 };

  constructor(parts: KnownLimitsParts) {
    const { clock, store, onFault } = parts;
    this.#parts = parts;
    const keyOf = (owner: LimitOwner): string => `${accountOf(owner)}\n${owner.model}`;
    this.#news = new Lesson({ clock, keptMs: Number.POSITIVE_INFINITY, keyOf, limit: 5000 });
    this.#wrong = new Lesson({ clock, keptMs: believedMs, keyOf: keyOfLimit });
    const write = (readings: readonly LimitReading[]): Promise<void> => {
      const latest = new Map(readings.map((reading) => [keyOfLimit(reading), reading]));
      return store.putLimits([...latest.values()], clock.now());
    };
    this.#unwritten = new Batches({ clock, write, onFault, limit: limitsLimit });
  }

  /** True while nothing that anybody has read may refuse a request. */
  get isEmpty(): boolean {
    const { health, clock } = this.#parts;
    const { limits } = health;
    if (limits !== this.#shared.limits) {
      const ends = [...limits.values()].flat().map(mayRefuseUntil);
      this.#shared = { limits, end: Math.max(0, ...ends) };
    }
    return Math.max(this.#ownEnd, this.#shared.end) <= clock.now();
  }

  /** Notes what an answer to this lease says of limits (`pickLimitHeaders`). */
  note(lease: Lease, { isGood, ...said }: SaidOfLimits): void {
    const { site, account, model, credentialId } = lease;
    const news = { site, account, model, credentialId, ...said };
    this.#news.learn(news, { ...news, earlier: keepEarlier(this.#news.lastOf(news)) });
    // Of an account of which nothing is low, only that is looked for: most answers say so.
    const wants = this.#readingsOf(news).length === 0 ? isLow : undefined;
    for (const reading of readLimits(news, { ...this.#parts, wants })) {
      if (isGood) this.#compare(reading, lease.leasedAt);
      this.#take(reading);
    }
  }

  /** Returns why this account would certainly refuse it: the reason that lasts longest. */
  refusalOf(owner: LimitOwner, need: Need): CertainRefusal | undefined {
    const now = this.#parts.clock.now();
    const refusals = this.#readingsOf(owner)
      .filter((reading) => countsModel(reading, owner.model) && this.#wrong.of(reading) !== true)
      .flatMap((reading) => findRefusal(reading, need, now) ?? []);
    return refusals.toSorted((one, other) => other.until - one.until)[0];
  }

  survey(): LimitSurvey {
    const { clock, redact, health } = this.#parts;
    const news = this.#news.all();
    const byAccount = Map.groupBy(news, accountOf);
    const windowsOf: LimitSurvey['windowsOf'] = (owner) => {
      const key = accountOf(owner);
      const known = { news: byAccount.get(key) ?? [], shared: health.limits.get(key) ?? [] };
      return listWindows(known, { now: clock.now(), redact });
    };
    const loginsOf: LimitSurvey['loginsOf'] = (id) => {
      const read = news.filter(({ credentialId }) => credentialId === id);
      const shared = [...health.limits.values()]
        .flat()
        .filter(({ credential }) => credential === id);
      const owners = new Map([...read, ...shared].map((owner) => [accountOf(owner), owner]));
      const logins = [...owners.values()]
        .map((owner) => ({ account: owner.account, windows: windowsOf(owner) }))
        .filter(({ windows }) => windows.length > 0);
      return logins.length === 0 ? undefined : logins;
    };
    return { windowsOf, loginsOf };
  }

  /** Writes what is pending. */
  async close(): Promise<void> {
    await this.#unwritten.close();
  }

  /** An answer where this limit had nothing left when it was asked for shows that it was wrong. */
  #compare(reading: LimitReading, leasedAt: number): void {
    const before = this.#latestOf(reading);
    if (before === undefined || before.asOf >= leasedAt) return;
    if (findRefusal(before, noInput, leasedAt) !== undefined) this.#wrong.learn(reading, true);
  }

  /** Keeps what is low, and what ends that; others hear of both. */
  #take(reading: LimitReading): void {
    const { asOf } = reading;
    const before = this.#latestOf(reading);
    const wasLow = before !== undefined && before.until > asOf && isLow(before);
    if (!wasLow && !isLow(reading)) return;
    const account = accountOf(reading);
    const live = [...(this.#low.get(account) ?? [])].filter(([, { until }]) => until > asOf);
    this.#low.set(account, new Map([...live, [keyOfLimit(reading), reading]]));
    this.#ownEnd = Math.max(this.#ownEnd, mayRefuseUntil(reading));
    this.#unwritten.add(reading);
  }

  #latestOf(reading: LimitReading): LimitReading | undefined {
    const key = keyOfLimit(reading);
    return this.#readingsOf(reading).find((one) => keyOfLimit(one) === key);
  }

  /** Returns the latest of each limit of the account, whoever read it. */
  #readingsOf(owner: Pick<LimitOwner, 'site' | 'account'>): readonly LimitReading[] {
    const key = accountOf(owner);
    const own = this.#low.get(key) ?? new Map<string, LimitReading>();
    const shared = this.#parts.health.limits.get(key);
    if (shared === undefined) return [...own.values()];
    const now = this.#parts.clock.now();
    const latest = new Map(shared.map((reading) => [keyOfLimit(reading), reading]));
    for (const [limit, reading] of own)
      if (isLaterReading(reading, latest.get(limit), now)) latest.set(limit, reading);
    return [...latest.values()];
  }
}

const noLimits: ReadonlyMap<string, readonly LimitReading[]> = new Map();

/** Of older readings two are kept, at least this far apart: they tell the pace. */
const newsApartMs = 15 * 60_000;

function keepEarlier(last: LimitNews | undefined): LimitNews | undefined {
  const { earlier } = last ?? {};
  const isFar = last !== undefined && last.asOf - (earlier?.asOf ?? 0) >= newsApartMs;
  return isFar ? { ...last, earlier: earlier && { ...earlier, earlier: undefined } } : earlier;
}
