/**
 * Summarises recent requests: fed with each finished record while a gateway runs. Its size is
 * bounded, and a plain success costs little.
 */

import type { RequestRecord } from '../../model/record.ts';
import { firstChoiceOf, recordKindOf } from '../../store/policy.ts';
import {
  historyLimit,
  isAnswered,
  isTelling,
  subjectOf,
  type TaskHistory,
} from '../plan/outcomes.ts';
import type { CallerState, LateRequest } from './snapshot.ts';

/** Kept of failed and rescued requests, and again of all others. */
const keptEach = 50;
/** Clients may call themselves and models anything, so further names are counted together. */
const maxNames = 200;
const others = 'others';
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** The number of hours that are counted for each key. */
const hoursKept = 24;

type Tally = { -readonly [Key in keyof CallerState['day']]: number };

export class RecentActivity {
  #troubles: RequestRecord[] = [];
  #plain: RequestRecord[] = [];
  #callers = new Map<string, { readonly lastAt: number; readonly day: Tally }>();
  /** The cost of each credential today, USD, by its id. */
  #costs = new Map<string, number>();
  /** When the counted day (UTC) ends, epoch ms. */
  #dayEndsAt = 0;
  /** The number of requests that each credential answered, by hours since 1970. */
  readonly #answered = new Map<number, Map<string, number>>();
  /** The requests of each task since its last success, and that one; oldest first. */
  readonly #tasks = new Map<string, RequestRecord[]>();

  note(record: RequestRecord): void {
    const kind = recordKindOf(record);
    const isTrouble = kind === 'failed' || kind === 'rescued';
    const list = isTrouble ? this.#troubles : this.#plain;
    list.push(record);
    if (list.length >= 2 * keptEach) list.splice(0, list.length - keptEach);
    this.#count(record, kind);
    this.#countAnswer(record);
    this.#noteTask(record);
  }

  /** Returns the latest requests of each task, as far back as its last success. */
  history(): TaskHistory {
    return new Map([...this.#tasks].map(([name, records]) => [name, records.toReversed()]));
  }

  /** Returns 50 requests: failed and rescued ones first, which leave half of them to others. */
  requests(): readonly LateRequest[] {
    const troubles = this.#troubles.slice(-keptEach).reverse();
    const plain = this.#plain.slice(-keptEach).reverse();
    const room = Math.max(keptEach / 2, keptEach - plain.length);
    return [...troubles.slice(0, room), ...plain].slice(0, keptEach).map(toLate);
  }

  /** Returns the callers of today (UTC), without those being answered now. */
  callers(now: number): readonly Omit<CallerState, 'inflight'>[] {
    if (now >= this.#dayEndsAt) return [];
    return [...this.#callers].map(([name, { lastAt, day }]) => ({ name, lastAt, day: { ...day } }));
  }

  /**
   * Returns the cost of today (UTC) in USD by credential id, only for credentials billed by the
   * token.
   */
  costs(now: number): ReadonlyMap<string, number> {
    return now >= this.#dayEndsAt ? new Map() : this.#costs;
  }

  /**
   * Returns the number of requests that a credential answered in each of the last 24 hours, the
   * current hour last; undefined if none.
   */
  hourly(credential: string, now: number): readonly number[] | undefined {
    const first = Math.floor(now / hourMs) - hoursKept + 1;
    const counts = Array.from(
      { length: hoursKept },
      (_, index) => this.#answered.get(first + index)?.get(credential) ?? 0,
    );
    return counts.some((count) => count > 0) ? counts : undefined;
  }

  #noteTask(record: RequestRecord): void {
    if (!isTelling(record)) return;
    const name = subjectOf(record);
    const known = this.#tasks.get(name);
    if (known === undefined && this.#tasks.size >= maxNames) return;
    const records = isAnswered(record) ? [] : (known ?? []);
    records.push(record);
    if (records.length > historyLimit) records.shift();
    this.#tasks.set(name, records);
  }

  #countAnswer({ at, durationMs, outcome, attempts }: RequestRecord): void {
    const answer = outcome === 'answered' ? attempts.at(-1) : undefined;
    if (answer === undefined) return;
    const hour = Math.floor((at + durationMs) / hourMs);
    const counts = this.#answered.get(hour) ?? new Map<string, number>();
    counts.set(answer.credential, (counts.get(answer.credential) ?? 0) + 1);
    this.#answered.set(hour, counts);
    for (const old of this.#answered.keys())
      if (old <= hour - hoursKept) this.#answered.delete(old);
  }

  #count(
    { at, durationMs, caller = 'unknown', cost, attempts }: RequestRecord,
    kind: string,
  ): void {
    const endedAt = Math.round(at + durationMs);
    if (endedAt >= this.#dayEndsAt) this.#begin(endedAt);
    const name = this.#callers.has(caller) || this.#callers.size < maxNames ? caller : others;
    const none = { asked: 0, rescued: 0, failed: 0, usd: 0 };
    const { lastAt, day } = this.#callers.get(name) ?? { lastAt: 0, day: none };
    this.#callers.set(name, { lastAt: Math.max(lastAt, endedAt), day });
    day.asked += 1;
    if (kind === 'rescued' || kind === 'failed') day[kind] += 1;
    day.usd = (day.usd ?? 0) + (cost?.usd ?? 0);
    for (const { credential, usd } of attempts)
      if (usd !== undefined) this.#costs.set(credential, (this.#costs.get(credential) ?? 0) + usd);
  }

  #begin(at: number): void {
    this.#dayEndsAt = (Math.floor(at / dayMs) + 1) * dayMs;
    this.#callers = new Map();
    this.#costs = new Map();
  }
}

/** Returns a finished request in short. */
export function toLate(record: RequestRecord): LateRequest {
  const { id, at, caller, task, model, answeredBy, outcome, durationMs } = record;
  const first = recordKindOf(record) === 'rescued' ? firstChoiceOf(record) : undefined;
  const { target: insteadOf, cause: rescuedFrom } = first ?? {};
  const ms = durationMs;
  return { id, at, caller, task, asked: model, answeredBy, outcome, insteadOf, rescuedFrom, ms };
}
