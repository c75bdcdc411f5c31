/**
 * The reference store, in plain maps: tests give it to the engine and compare SQLite with it. Its
 * rules are those of policy.ts.
 */

import { addRows, addSpent } from '../../src/cost/add-rows.ts';
import type { LimitReading } from '../../src/model/credential.ts';
import type { Mark, Scope } from '../../src/model/failure.ts';
import type { RequestRecord } from '../../src/model/record.ts';
import type { SeriesQuery, SeriesRow } from '../../src/model/series.ts';
import type { SpendingChange, SpendingRow, SpendingSum } from '../../src/model/spending.ts';
import type { UsageQuery, UsageRow } from '../../src/model/usage.ts';
import {
  changeSpending,
  checkMark,
  forgottenMarksLimit,
  isForbidden,
  isForgotten,
  isFromAhead,
  isInside,
  isLaterReading,
  isLeaseHeld,
  isMarkOpen,
  isOpenedAfter,
  keptMs,
  keyOfLimit,
  latestTime,
  limitsLimit,
  listSurplus,
  movedLimit,
  recordKindOf,
  recordLimit,
  setBackTo,
  spendingLimit,
  tombstoneLife,
} from '../../src/store/policy.ts';
import { daysOf, forgottenDay, isAskedFor } from '../../src/store/queries.ts';
import { addToRows, keptSeries } from '../../src/store/series.ts';
import type {
  BoundId,
  HealthSnapshot,
  MovedConversation,
  Proven,
  PutSealed,
  ReadMark,
  RecordQuery,
  SealedRow,
  Store,
  Tombstone,
} from '../../src/store/store.ts';

export class ReferenceStore implements Store {
  readonly #marks = new Map<string, Mark>();
  readonly #proven = new Map<string, Proven>();
  readonly #probes = new Map<string, { readonly owner: string; readonly expiresAt: number }>();
  #moved: readonly MovedConversation[] = [];
  readonly #limits = new Map<string, LimitReading>();
  readonly #sealed = new Map<string, SealedRow>();
  readonly #boundIds = new Map<string, BoundId>();
  #tombstones: readonly Tombstone[] = [];
  #records: readonly KeptRecord[] = [];
  readonly #usage = new Map<string, UsageRow>();
  readonly #series = new Map<string, SeriesRow>();
  readonly #spending = new Map<string, SpendingRow>();

  async readHealth(): Promise<HealthSnapshot> {
    return {
      marks: [...this.#marks.values()],
      proven: [...this.#proven.values()],
      tombstones: this.#tombstones,
      moved: this.#moved,
      limits: [...this.#limits.values()],
    };
  }

  async openMark(mark: Mark, at: { leasedAt: number; now: number }): Promise<Mark | undefined> {
    checkMark(mark);
    if (isForbidden(mark.scope, this.#tombstones, at)) return undefined;
    const present = this.#marks.get(mark.key);
    if (present !== undefined && isMarkOpen(present, at.now)) return present;
    this.#probes.delete(mark.key);
    this.#marks.set(mark.key, mark);
    const forgotten = [...this.#marks.values()].filter((one) => isForgotten(one, at.now));
    forgotten.sort((one, other) => other.until - one.until);
    for (const { key } of forgotten.slice(forgottenMarksLimit)) this.#drop(key);
    for (const { key } of listSurplus(this.#marks, mark, at.now)) this.#drop(key);
    return mark;
  }

  async closeMarks(keys: readonly string[], leasedAt: number): Promise<readonly string[]> {
    const closed = keys.filter((key) => {
      const mark = this.#marks.get(key);
      return mark !== undefined && !isOpenedAfter(mark.since, leasedAt);
    });
    for (const key of keys) if (closed.includes(key) || !this.#marks.has(key)) this.#drop(key);
    return closed;
  }

  async resetMarks(pattern: Scope, now: number, isLate = false): Promise<readonly Mark[]> {
    const cleared = [...this.#marks.values()].filter(
      ({ scope, since }) => isInside(scope, pattern) && !(isLate && isOpenedAfter(since, now)),
    );
    for (const { key } of cleared) this.#drop(key);
    const { after, before } = tombstoneLife(now);
    const alive = this.#tombstones.filter(({ at }) => at > after && at < before);
    this.#tombstones = [...alive, { scope: pattern, at: now }];
    return cleared;
  }

  async putProven(proven: readonly Proven[]): Promise<void> {
    for (const row of proven) {
      const key = JSON.stringify([row.site, row.model, row.fingerprint]);
      if ((this.#proven.get(key)?.at ?? Number.NEGATIVE_INFINITY) < row.at)
        this.#proven.set(key, row);
    }
    forgetUntil(this.#proven, latestTime(proven) - keptMs.proven);
  }

  async putMoved(rows: readonly MovedConversation[], now: number): Promise<void> {
    const all = new Map([...this.#moved, ...rows].map((row) => [row.conversation, row]));
    this.#moved = [...all.values()]
      .filter(({ until }) => until > now)
      .sort(
        (one, other) => other.until - one.until || (one.conversation < other.conversation ? -1 : 1),
      )
      .slice(0, movedLimit);
  }

  async putSealed(row: SealedRow): Promise<PutSealed> {
    if ((this.#sealed.get(row.name)?.version ?? 0) >= row.version) return 'older';
    this.#sealed.set(row.name, row);
    return 'kept';
  }

  async readSealed(): Promise<readonly SealedRow[]> {
    return [...this.#sealed.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async putLimits(readings: readonly LimitReading[], now: number): Promise<void> {
    for (const reading of readings) {
      const key = keyOfLimit(reading);
      if (isLaterReading(reading, this.#limits.get(key), now)) this.#limits.set(key, reading);
    }
    const kept = [...this.#limits].filter(([, { until }]) => until > now);
    kept.sort(([a, one], [b, other]) => other.until - one.until || (a < b ? -1 : 1));
    this.#limits.clear();
    for (const [key, reading] of kept.slice(0, limitsLimit)) this.#limits.set(key, reading);
  }

  async claimProbes(
    marks: readonly ReadMark[],
    owner: string,
    lease: { now: number; expiresAt: number },
  ): Promise<boolean> {
    const isTaken = marks.some(({ key, since }) => {
      const held = this.#probes.get(key);
      if (held !== undefined && held.owner !== owner && isLeaseHeld(held.expiresAt, lease.now))
        return true;
      return (this.#marks.get(key)?.since ?? since) !== since;
    });
    if (isTaken) return false;
    for (const [key, { expiresAt }] of this.#probes)
      if (!isLeaseHeld(expiresAt, lease.now)) this.#probes.delete(key);
    for (const { key } of marks) this.#probes.set(key, { owner, expiresAt: lease.expiresAt });
    return true;
  }

  async releaseProbes(keys: readonly string[], owner: string): Promise<void> {
    for (const key of keys) if (this.#probes.get(key)?.owner === owner) this.#probes.delete(key);
  }

  async bindIds(rows: readonly BoundId[]): Promise<void> {
    for (const { maker: said, isLasting, ...row } of rows) {
      const before = this.#boundIds.get(row.id);
      const maker = before === undefined ? said : before.maker;
      const lasts = isLasting ?? before?.isLasting;
      this.#boundIds.set(row.id, {
        ...row,
        ...(maker === undefined ? {} : { maker }),
        ...(lasts === true ? { isLasting: true } : {}),
      });
    }
    const latest = latestTime(rows);
    for (const [id, { at, isLasting }] of this.#boundIds)
      if (at <= latest - (isLasting === true ? keptMs.lastingId : keptMs.boundId))
        this.#boundIds.delete(id);
  }

  async findBoundId(id: string): Promise<BoundId | undefined> {
    return this.#boundIds.get(id);
  }

  async takeBoundId(id: string): Promise<BoundId | undefined> {
    const row = this.#boundIds.get(id);
    this.#boundIds.delete(id);
    return row;
  }

  async appendRecords(records: readonly RequestRecord[], maxAgeMs?: number): Promise<void> {
    if (records.length === 0) return;
    const [begunAt, after] = setBackTo(records);
    const newest = this.#records.at(-1)?.at ?? begunAt;
    const isSetOn = isFromAhead(begunAt, newest);
    const known = this.#records.map((kept) =>
      isSetOn && kept.record.at <= after ? { ...kept, at: kept.record.at } : kept,
    );
    const byId = new Map(known.map((kept) => [kept.record.id, kept]));
    for (const record of records) {
      byId.delete(record.id); // later records come after earlier ones
      byId.set(record.id, { at: record.at, record });
    }
    const all = [...byId.values()].map((kept) =>
      kept.at > after ? { ...kept, at: begunAt } : kept,
    );
    this.#records = keepLatestRecords(all, maxAgeMs);
  }

  async findRecords(query: RecordQuery): Promise<readonly RequestRecord[]> {
    const found = this.#records
      .filter(({ at, record }) => isAskedFor({ ...record, at }, query))
      .map(({ record }) => record);
    return found.reverse().slice(0, Math.max(0, query.limit));
  }

  async addUsage(rows: readonly UsageRow[]): Promise<void> {
    if (rows.length === 0) return;
    for (const row of rows) {
      const key = usageKey(row);
      this.#usage.set(key, addRows(row, this.#usage.get(key)));
    }
    const newest = [...this.#usage.values()].reduce(
      (latest, { day }) => (day > latest ? day : latest),
      '',
    );
    for (const [key, { day }] of this.#usage)
      if (day <= forgottenDay(newest)) this.#usage.delete(key);
  }

  async readUsage(query: UsageQuery): Promise<readonly UsageRow[]> {
    const [first, last] = daysOf(query);
    return [...this.#usage]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, row]) => row)
      .filter(({ day, caller, task }) => {
        const isMeant = (query.caller ?? caller) === caller && (query.task ?? task) === task;
        return isMeant && day >= first && day <= last;
      });
  }

  async addSeries(rows: readonly SeriesRow[]): Promise<void> {
    for (const row of rows) addToRows(this.#series, row);
    for (const [key, { step, at }] of this.#series) {
      const kept = keptSeries(rows, step);
      if (kept && (at <= kept.after || at > kept.until)) this.#series.delete(key);
    }
  }

  async readSeries(query: SeriesQuery): Promise<readonly SeriesRow[]> {
    const { step, since = 0, until = Number.POSITIVE_INFINITY } = query;
    const order = ({ at, caller, target }: SeriesRow): string =>
      [String(at).padStart(20, '0'), caller, target].join('\0');
    return [...this.#series.values()]
      .filter((row) => row.step === step && row.at >= since && row.at < until)
      .sort((one, other) => (order(one) < order(other) ? -1 : 1));
  }

  async addSpending(changes: readonly SpendingChange[]): Promise<readonly SpendingSum[]> {
    const sums = changeSpending(changes, ({ budget, since, usd, tokens, requests }) => {
      const key = `${budget}\0${since}`;
      const row = { budget, since, usd, tokens, requests };
      const sum = addSpent(row, this.#spending.get(key));
      this.#spending.set(key, sum);
      return sum;
    });
    for (const { budget, since } of changes) {
      const ofBudget = [...this.#spending].filter(([, row]) => row.budget === budget);
      ofBudget.sort(([, one], [, other]) => other.since - one.since);
      for (const [key, row] of ofBudget.slice(spendingLimit))
        if (row.since !== since) this.#spending.delete(key);
    }
    return sums;
  }

  async readSpending(): Promise<readonly SpendingRow[]> {
    const sorted = [...this.#spending.values()].sort((one, other) => one.since - other.since);
    return sorted.sort(
      (one, other) => Number(one.budget > other.budget) - Number(one.budget < other.budget),
    );
  }

  /** No other process can change it. */
  subscribe(_onChange: (snapshot: HealthSnapshot) => void): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    // it uses nothing outside the process
  }

  #drop(key: string): void {
    this.#marks.delete(key);
    this.#probes.delete(key);
  }
}

function forgetUntil(rows: Map<string, { readonly at: number }>, time: number): void {
  for (const [key, { at }] of rows) if (at <= time) rows.delete(key);
}

/** A record, and the time that it counts from. */
interface KeptRecord {
  readonly at: number;
  readonly record: RequestRecord;
}

/**
 * Records in the order of their time, the later given one last among equals; cut to the latest,
 * plain ones and others apart.
 */
function keepLatestRecords(
  records: readonly KeptRecord[],
  maxAgeMs: number = keptMs.record,
): readonly KeptRecord[] {
  const sorted = [...records].sort((left, right) => left.at - right.at);
  const forgottenUntil = latestTime(sorted) - maxAgeMs;
  const left = { plain: recordLimit, other: recordLimit };
  return sorted
    .reverse()
    .filter(({ at, record }) => {
      const group = recordKindOf(record) === 'plain' ? 'plain' : 'other';
      left[group] -= 1;
      return at > forgottenUntil && left[group] >= 0;
    })
    .reverse();
}

/** What one sum is of. Keys stand in the order in which rows are read. */
function usageKey({ day, caller, task, target, purpose }: UsageRow): string {
  return [day, caller, task, target, purpose].join('\0');
}
