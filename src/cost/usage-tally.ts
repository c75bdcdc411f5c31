/** Sums of what was used, by caller, task and target, on their way to the store: off the path of an answer, at most once a second. */

import type { Clock, Timer } from '../host.ts';
import type { AttemptRecord, RequestRecord } from '../model/record.ts';
import type { UsageRow } from '../model/usage.ts';
import { addRows } from './add-rows.ts';
import { isDiscarded } from './cost-of.ts';

const batchMs = 1000;
const dayMs = 24 * 3_600_000;
/** User-agents are what clients say: beyond so many names a day, all others are one. */
const mostCallers = 200;
const others = 'other (user-agent)';

type Sum = { -readonly [Field in keyof UsageRow]: UsageRow[Field] };

type Names = Pick<UsageRow, 'day' | 'caller' | 'task' | 'target' | 'purpose'>;

export interface UsageTallyParts {
  readonly clock: Clock;
  readonly write: (rows: readonly UsageRow[]) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

export class UsageTally {
  readonly #parts: UsageTallyParts;
  /** By target: a key made of all names would be a text for each attempt. */
  #sums = new Map<string, Sum[]>();
  #dayNumber = 0;
  #day = '';
  readonly #callers = new Set<string>();
  #timer: Timer | undefined;

  constructor(parts: UsageTallyParts) {
    this.#parts = parts;
  }

  /** Never waits and never throws. */
  add(record: RequestRecord): void {
    for (const attempt of record.attempts) if (isPaidFor(attempt)) this.#addAttempt(record, attempt);
    if (this.#sums.size > 0)
      this.#timer ??= this.#parts.clock.startTimer(batchMs, () => {
        this.#timer = undefined;
        void this.flush();
      });
  }

  /** Sums that could not be written wait for the next time. */
  async flush(): Promise<void> {
    const sums = [...this.#sums.values()].flat();
    if (sums.length === 0) return;
    this.#sums = new Map();
    try {
      await this.#parts.write(sums);
    } catch (error) {
      for (const sum of sums) Object.assign(this.#find(sum), addRows(sum, this.#find(sum)));
      this.#parts.onFault(error);
    }
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.flush();
  }

  #addAttempt(record: RequestRecord, attempt: AttemptRecord): void {
    const { usage, usd, isUnpriced } = attempt;
    const sum = this.#sumOf(record, attempt);
    sum.requests += 1;
    sum.inputTokens += usage?.inputTokens ?? 0;
    sum.outputTokens += usage?.outputTokens ?? 0;
    sum.cachedTokens += usage?.cachedTokens ?? 0;
    sum.usd += usd ?? 0;
    sum.unpriced += isUnpriced === true ? 1 : 0;
  }

  #sumOf(record: RequestRecord, attempt: AttemptRecord): Sum {
    const { task } = record;
    const kind = task === 'main' ? 'main' : 'task';
    return this.#find({
      day: this.#dayOf(record.at),
      caller: this.#nameOf(record.caller ?? ''),
      task,
      target: attempt.target,
      purpose: isDiscarded(record, attempt) ? 'discarded' : kind,
    });
  }

  #find({ day, caller, task, target, purpose }: Names): Sum {
    const sums = this.#sums.get(target) ?? [];
    for (const sum of sums)
      if (sum.caller === caller && sum.task === task && sum.purpose === purpose && sum.day === day)
        return sum;
    const counts = { requests: 0, inputTokens: 0, outputTokens: 0, cachedTokens: 0, usd: 0, unpriced: 0 };
    const sum: Sum = { day, caller, task, target, purpose, ...counts };
    this.#sums.set(target, [...sums, sum]);
    return sum;
  }

  #dayOf(at: number): string {
    const number = Math.floor(at / dayMs);
    if (number !== this.#dayNumber) {
      this.#dayNumber = number;
      this.#day = new Date(at).toISOString().slice(0, 10);
      this.#callers.clear();
    }
    return this.#day;
  }

  /** Names of keys are ours, and each counts for itself. */
  #nameOf(caller: string): string {
    if (!caller.includes(' ') || this.#callers.has(caller)) return caller;
    if (this.#callers.size >= mostCallers) return others;
    this.#callers.add(caller);
    return caller;
  }
}

/** A refusal is not: its provider has done nothing. */
function isPaidFor({ failure, usage, isUnpriced }: AttemptRecord): boolean {
  return failure === undefined || usage !== undefined || isUnpriced === true;
}
