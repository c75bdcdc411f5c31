/**
 * Counters of finished requests: a few look-ups and a dozen additions each. Labels come from the
 * configuration, since callers may name any model: unknown names count as `other`.
 */

import type { Operation } from '../model/protocol.ts';
import type { RequestRecord } from '../model/record.ts';
import type { Target } from '../model/target.ts';
import { recordKindOf } from '../store/policy.ts';
import { durationBounds, tokenBounds } from './names.ts';

/** `rescued`: answered, after a failure. */
export type CountedOutcome = RequestRecord['outcome'] | 'rescued';

/** Counts one task at one target. */
export interface Cell {
  readonly task: string;
  /** Is `provider/model`, `provider/other`, or `none`. */
  readonly target: string;
  readonly operation: Operation;
  readonly outcomes: Record<CountedOutcome, number>;
  readonly duration: Histogram;
  readonly firstToken: Histogram;
  readonly input: Histogram;
  readonly output: Histogram;
  usd: number;
}

/** Counts attempts at one target with the same result. */
export interface AttemptCount {
  readonly target: string;
  /** Is `ok` or a failure class. */
  readonly result: string;
  count: number;
}

/** The names of a `ResolvedConfig` that bound the labels. */
export interface CountedConfig {
  readonly routes: ReadonlyMap<
    string,
    { readonly targets: readonly { readonly target: Pick<Target, 'id'> }[] }
  >;
  readonly impliedRoutes?: { keys(): Iterable<string> } | undefined;
  readonly providers: { keys(): Iterable<string> };
}

const nobody = 'none';

export class Counters {
  readonly #config: () => CountedConfig;
  readonly #cells = new Map<string, Cell>();
  readonly #attempts = new Map<string, AttemptCount>();
  #generation: number | undefined;
  #tasks: ReadonlySet<string> = new Set();
  #targets: ReadonlySet<string> = new Set();
  #providers: ReadonlySet<string> = new Set();

  constructor(config: () => CountedConfig) {
    this.#config = config;
    this.#learn();
  }

  note(record: RequestRecord): void {
    if (record.configGeneration !== this.#generation) {
      this.#generation = record.configGeneration;
      this.#learn();
    }
    const cell = this.#cellOf(record);
    const { usage, cost, firstEventMs, outcome } = record;
    const wasEasy = record.attempts.length === 1 && record.skipped.length === 0;
    const isRescue = outcome === 'answered' && !wasEasy && recordKindOf(record) === 'rescued';
    cell.outcomes[isRescue ? 'rescued' : outcome] += 1;
    cell.duration.note(record.durationMs / 1000);
    if (firstEventMs !== undefined) cell.firstToken.note(firstEventMs / 1000);
    if (usage?.inputTokens !== undefined) cell.input.note(usage.inputTokens);
    if (usage?.outputTokens !== undefined) cell.output.note(usage.outputTokens);
    if (cost !== undefined) cell.usd += cost.usd;
    for (const { target, failure } of record.attempts)
      this.#noteAttempt(target, failure?.class ?? 'ok');
  }

  cells(): readonly Cell[] {
    return [...this.#cells.values()];
  }

  attempts(): readonly AttemptCount[] {
    return [...this.#attempts.values()];
  }

  /** Reads the names of the current configuration; counts under older names stay. */
  #learn(): void {
    const { routes, impliedRoutes = new Set(), providers } = this.#config();
    this.#tasks = new Set(['pinned', ...routes.keys(), ...impliedRoutes.keys()]);
    this.#targets = new Set(
      [...routes.values()].flatMap((route) => route.targets.map(({ target }) => target.id)),
    );
    this.#providers = new Set(providers.keys());
  }

  #cellOf({ operation, task: asked, answeredBy = nobody }: RequestRecord): Cell {
    const known = this.#cells.get(`${operation}\0${asked}\0${answeredBy}`);
    if (known !== undefined) return known;
    const task = this.#tasks.has(asked) ? asked : 'other';
    const target = this.#boundTarget(answeredBy);
    const key = `${operation}\0${task}\0${target}`;
    const cell = this.#cells.get(key) ?? createCell({ operation, task, target });
    this.#cells.set(key, cell);
    return cell;
  }

  #noteAttempt(asked: string, result: string): void {
    let counted = this.#attempts.get(`${result}\0${asked}`);
    if (counted === undefined) {
      const target = this.#boundTarget(asked);
      const key = `${result}\0${target}`;
      counted = this.#attempts.get(key) ?? { target, result, count: 0 };
      this.#attempts.set(key, counted);
    }
    counted.count += 1;
  }

  #boundTarget(target: string): string {
    if (target === nobody || this.#targets.has(target)) return target;
    const [provider = ''] = target.split('/');
    return `${this.#providers.has(provider) ? provider : 'other'}/other`;
  }
}

function createCell(names: Pick<Cell, 'operation' | 'task' | 'target'>): Cell {
  return {
    ...names,
    outcomes: { answered: 0, rescued: 0, broken: 0, failed: 0, 'client-gone': 0 },
    duration: new Histogram(durationBounds),
    firstToken: new Histogram(durationBounds),
    input: new Histogram(tokenBounds),
    output: new Histogram(tokenBounds),
    usd: 0,
  };
}

/** Counts values per bucket, as Prometheus does. */
export class Histogram {
  readonly bounds: readonly number[];
  /** One per bound, and one above the last. */
  readonly #counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  note(value: number): void {
    const { bounds } = this;
    let place = 0;
    while (place < bounds.length && value > (bounds[place] ?? 0)) place += 1;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.sum += value;
  }

  /** Counts of values up to each bound; the last is the total. */
  cumulative(): readonly number[] {
    let total = 0;
    return this.#counts.map((count) => {
      total += count;
      return total;
    });
  }
}
