/**
 * What has come to an end lately, in short: fed with each finished record, in a gateway for as long
 * as it runs. Bounded, and cheap for a plain success.
 */

import type { RequestRecord } from '../../model/record.ts';
import { recordKindOf } from '../../store/policy.ts';
import type { CallerState, LateRequest } from './snapshot.ts';

/** Of failed and rescued requests, and of all others. */
const keptEach = 50;
/** A client may call itself anything: more names than this are counted together. */
const mostCallers = 200;
const others = 'others';
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Hours of a spark. */
const sparkHours = 24;

type Tally = { -readonly [Key in keyof CallerState['day']]: number };

export class Lately {
  #troubles: RequestRecord[] = [];
  #plain: RequestRecord[] = [];
  #callers = new Map<string, { lastAt: number; readonly day: Tally }>();
  /** What each credential has cost today, by its id. */
  #costs = new Map<string, number>();
  /** When the day (UTC) ends that is counted, epoch ms. */
  #dayEndsAt = 0;
  /** How many requests each credential has answered, by the hour since 1970. */
  readonly #answered = new Map<number, Map<string, number>>();

  note(record: RequestRecord): void {
    const kind = recordKindOf(record);
    const isTrouble = kind === 'failed' || kind === 'rescued';
    const list = isTrouble ? this.#troubles : this.#plain;
    list.push(record);
    if (list.length >= 2 * keptEach) list.splice(0, list.length - keptEach);
    this.#count(record, kind);
    this.#countAnswer(record);
  }

  /** Failed and rescued requests first, then the newest, 50 in all. */
  requests(): readonly LateRequest[] {
    const troubles = this.#troubles.slice(-keptEach).reverse();
    const plain = this.#plain.slice(-keptEach).reverse();
    return [...troubles, ...plain].slice(0, keptEach).map(toLate);
  }

  /** Who has asked today (UTC), without those who are being answered. */
  callers(now: number): readonly Omit<CallerState, 'writing'>[] {
    if (now >= this.#dayEndsAt) return [];
    return [...this.#callers].map(([name, { lastAt, day }]) => ({ name, lastAt, day: { ...day } }));
  }

  /**
   * USD of today (UTC) by the id of a credential; none of one that nothing was paid for by the
   * token.
   */
  costs(now: number): ReadonlyMap<string, number> {
    return now >= this.#dayEndsAt ? new Map() : this.#costs;
  }

  /**
   * Requests that a credential answered in each of the last 24 hours, the running one last;
   * undefined where it answered none.
   */
  spark(credential: string, now: number): readonly number[] | undefined {
    const first = Math.floor(now / hourMs) - sparkHours + 1;
    const counts = Array.from(
      { length: sparkHours },
      (_, index) => this.#answered.get(first + index)?.get(credential) ?? 0,
    );
    return counts.some((count) => count > 0) ? counts : undefined;
  }

  #countAnswer({ at, durationMs, outcome, attempts }: RequestRecord): void {
    const answer = outcome === 'answered' ? attempts.at(-1) : undefined;
    if (answer === undefined) return;
    const hour = Math.floor((at + durationMs) / hourMs);
    const counts = this.#answered.get(hour) ?? new Map<string, number>();
    counts.set(answer.credential, (counts.get(answer.credential) ?? 0) + 1);
    this.#answered.set(hour, counts);
    for (const old of this.#answered.keys())
      if (old <= hour - sparkHours) this.#answered.delete(old);
  }

  #count(
    { at, durationMs, caller = 'unknown', cost, attempts }: RequestRecord,
    kind: string,
  ): void {
    const endedAt = Math.round(at + durationMs);
    if (endedAt >= this.#dayEndsAt) this.#begin(endedAt);
    const name = this.#callers.has(caller) || this.#callers.size < mostCallers ? caller : others;
    const found = this.#callers.get(name) ?? {
      lastAt: 0,
      day: { asked: 0, rescued: 0, failed: 0, usd: 0 },
    };
    this.#callers.set(name, found);
    found.lastAt = Math.max(found.lastAt, endedAt);
    found.day.asked += 1;
    if (kind === 'rescued') found.day.rescued += 1;
    if (kind === 'failed') found.day.failed += 1;
    found.day.usd = (found.day.usd ?? 0) + (cost?.usd ?? 0);
    for (const { credential, usd } of attempts)
      if (usd !== undefined) this.#costs.set(credential, (this.#costs.get(credential) ?? 0) + usd);
  }

  #begin(at: number): void {
    this.#dayEndsAt = (Math.floor(at / dayMs) + 1) * dayMs;
    this.#callers = new Map();
    this.#costs = new Map();
  }
}

function toLate(record: RequestRecord): LateRequest {
  const { id, at, caller, task, model, answeredBy, outcome, attempts, durationMs } = record;
  const rescuedFrom =
    outcome === 'answered' ? attempts.find(({ failure }) => failure)?.failure?.class : undefined;
  return { id, at, caller, task, asked: model, answeredBy, outcome, rescuedFrom, ms: durationMs };
}
