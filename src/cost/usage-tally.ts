/**
 * Collects sums of usage by caller, task and target on their way to the store: not on the path of
 * an answer, written at most once a second.
 */

import type { Clock, Timer } from '../host.ts';
import type { AttemptRecord, RequestRecord } from '../model/record.ts';
import type { UsageRow } from '../model/usage.ts';
import { addRows, noCounts } from './add-rows.ts';
import { isUnused } from './cost-of.ts';

const batchMs = 1000;
const dayMs = 24 * 3_600_000;
/** Clients choose their user-agents: beyond this many names a day, all others are one. */
const maxCallers = 200;
const others = 'other (user-agent)';
/**
 * Clients choose models too, if a provider takes any: beyond this many a day, those of one provider
 * are one.
 */
const maxTargets = 500;
const otherModels = 'other models';

type Sum = { -readonly [Field in keyof UsageRow]: UsageRow[Field] };

type Names = Pick<UsageRow, 'day' | 'caller' | 'task' | 'target' | 'purpose'>;

export interface UsageTallyParts {
  readonly clock: Clock;
  readonly write: (rows: readonly UsageRow[]) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

export class UsageTally {
  readonly #parts: UsageTallyParts;
  /** Grouped by target, because a joint key would have to be built for each attempt. */
  #sums = new Map<string, Sum[]>();
  #dayNumber = 0;
  #day = '';
  readonly #callers = new Set<string>();
  readonly #targets = new Set<string>();
  #timer: Timer | undefined;

  constructor(parts: UsageTallyParts) {
    this.#parts = parts;
  }

  /** Never waits and never throws. */
  add(record: RequestRecord): void {
    for (const attempt of record.attempts) {
      const { failure, usage, usd, isUnpriced } = attempt;
      const isRefused = failure !== undefined && usage === undefined && isUnpriced !== true;
      if (isRefused) continue; // not paid: its provider has done nothing
      const sum = this.#sumOf(record, attempt);
      sum.requests += 1;
      sum.inputTokens += usage?.inputTokens ?? 0;
      sum.outputTokens += usage?.outputTokens ?? 0;
      sum.cachedTokens += usage?.cachedTokens ?? 0;
      sum.usd += usd ?? 0;
      sum.unpriced += isUnpriced === true ? 1 : 0;
    }
    if (this.#sums.size > 0)
      this.#timer ??= this.#parts.clock.startTimer(batchMs, () => {
        this.#timer = undefined;
        void this.flush();
      });
  }

  /** Sums that could not be written stay for the next flush. */
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

  #sumOf(record: RequestRecord, attempt: AttemptRecord): Sum {
    const { at, task, caller = '' } = record;
    if (Math.floor(at / dayMs) !== this.#dayNumber) this.#turnTo(at);
    const isDiscarded = attempt.failure !== undefined && isUnused(record, attempt);
    const kind = task === 'main' ? 'main' : 'task';
    // Names of keys are ours, so each counts.
    const isCounted = !caller.includes(' ') || this.#callers.has(caller);
    return this.#find({
      day: this.#day,
      caller: isCounted ? caller : this.#nameOf(caller),
      task,
      target: this.#targets.has(attempt.target) ? attempt.target : this.#nameTarget(attempt.target),
      purpose: isDiscarded ? 'discarded' : kind,
    });
  }

  #find({ day, caller, task, target, purpose }: Names): Sum {
    const sums = this.#sums.get(target) ?? [];
    for (const sum of sums)
      if (sum.caller === caller && sum.task === task && sum.purpose === purpose && sum.day === day)
        return sum;
    const sum: Sum = { day, caller, task, target, purpose, ...noCounts };
    this.#sums.set(target, [...sums, sum]);
    return sum;
  }

  #turnTo(at: number): void {
    this.#dayNumber = Math.floor(at / dayMs);
    this.#day = new Date(at).toISOString().slice(0, 10);
    this.#callers.clear();
    this.#targets.clear();
  }

  /** Limits the targets that are new today. */
  #nameTarget(target: string): string {
    if (this.#targets.size >= maxTargets)
      return `${target.slice(0, target.indexOf('/'))}/${otherModels}`;
    this.#targets.add(target);
    return target;
  }

  /** Limits the user-agents that are new today. */
  #nameOf(caller: string): string {
    if (this.#callers.size >= maxCallers) return others;
    this.#callers.add(caller);
    return caller;
  }
}
