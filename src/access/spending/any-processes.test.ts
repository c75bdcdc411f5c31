/**
 * One cap over all processes of a home: random requests, costs, refusals, kills and restarts of
 * several processes over one slow store. What leaves is never more than the budget, whatever is
 * killed; and what is refused would not have fitted.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { type SpendingLimit, type Spent, spendingUnits } from '../../model/spending.ts';
import type { Store } from '../../store/store.ts';
import { nothingSpent } from './account.ts';
import { type BookSpent, Ledger } from './ledger.ts';
import { spanOf } from './period.ts';

interface Process {
  readonly ledger: Ledger;
  readonly underWay: Set<{ readonly need: Spent; readonly settle: BookSpent }>;
  kill(): void;
}

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

/** Numbers that are the same for the same seed. */
function createRandom(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state % below;
  };
}

interface Budget extends SpendingLimit {
  readonly per: 'hour';
}

function createStage(seed: number) {
  const random = createRandom(seed);
  // Some stories go over the end of an hour.
  const host = createFakeHost({ now: Date.parse('2026-11-15T12:59:50Z') - 60_000 * random(2) });
  const store = new ReferenceStore();
  const faults: unknown[] = [];
  const limits = {
    requests: 5 + random(300),
    tokens: 1000 + random(200_000),
    usd: 0.01 + random(90) / 7,
  };
  const budgetOf = (of: string): Budget => {
    const unit = spendingUnits[random(3)] ?? 'requests';
    return { of, setBy: 'budget', unit, limit: limits[unit], per: 'hour' };
  };

  /** Now and then an answer of the store takes so long that nobody waits for it. */
  const slowestMs = [30, 30, 4000][random(3)] ?? 30;

  function start(): Process {
    let isDead = false;
    let last: Promise<unknown> = Promise.resolve();
    const addSpending: Store['addSpending'] = (changes) => {
      const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof addSpending>>>();
      const before = last;
      last = promise;
      void before
        .then(() => host.clock.sleep(random(10) === 0 ? random(slowestMs) : random(30)))
        .then(async () => {
          if (!isDead) resolve(await store.addSpending(changes));
        });
      return promise;
    };
    const ledger = new Ledger({
      clock: host.clock,
      store: { addSpending, readSpending: () => store.readSpending() },
      onFault: (error) => void faults.push(error),
    });
    return {
      ledger,
      underWay: new Set(),
      kill: () => {
        isDead = true;
      },
    };
  }
  const drawNeed = (): Spent => ({
    usd: random(1000) / 7000,
    tokens: 1 + random(3000),
    requests: 1,
  });
  const drawUsed = ({ usd, tokens }: Spent): Spent =>
    random(5) === 0
      ? nothingSpent
      : { usd: (usd * random(100)) / 100, tokens: 1 + random(tokens), requests: 1 };
  return { random, host, store, faults, start, budgetOf, drawNeed, drawUsed };
}

function noteSilence(error: unknown): undefined {
  expect(error).toMatchObject({ code: 'busy' });
}

/** Sums of fractions differ by this much. */
const near = 1e-6;

describe('processes of one home', () => {
  it.each(seeds)('never spend more than a budget of them all: seed %i', async (seed) => {
    const { random, host, store, faults, start, budgetOf, drawNeed, drawUsed } = createStage(seed);
    const all = budgetOf('all requests');
    const one = budgetOf('the caller one');
    const processes = Array.from({ length: 2 + random(4) }, start);
    const mayKill = random(2) === 1;
    /** What has left for good or is on its way, by budget and hour. */
    const left = new Map<string, number>();

    const windowOf = ({ of }: Budget, at: number): string =>
      `${of} per hour ${spanOf('hour', at).since}`;
    function count(budgets: readonly Budget[], at: number, { spent }: { spent: Spent }, sign = 1) {
      for (const budget of budgets) {
        const window = windowOf(budget, at);
        const sum = (left.get(window) ?? 0) + sign * spent[budget.unit];
        left.set(window, sum);
        expect(sum).toBeLessThanOrEqual(budget.limit + near);
      }
    }

    async function ask(process: Process): Promise<void> {
      const budgets = random(2) === 0 ? [all] : [one, all];
      const need = drawNeed();
      await process.ledger.lookAgain(budgets, need);
      const at = host.clock.now();
      const settle = await process.ledger.reserve(budgets, need).catch(noteSilence);
      if (settle === undefined || !processes.includes(process)) return;
      const held = { need, settle };
      process.underWay.add(held);
      count(budgets, at, { spent: need });
      await host.clock.sleep(1 + random(2000));
      if (!process.underWay.delete(held)) return; // it was killed meanwhile
      const used = drawUsed(need);
      count(budgets, at, { spent: need }, -1);
      count(budgets, at, { spent: used });
      settle(used);
    }

    for (let step = 0; step < 400; step += 1) {
      const place = random(processes.length);
      const process = processes[place];
      if (process === undefined) throw new Error('no process');
      if (mayKill && random(60) === 0) {
        process.underWay.clear();
        process.kill();
        processes[place] = start();
      } else void ask(process);
      if (random(3) === 0) await host.advance(random(300));
    }
    await host.advance(30_000); // the answers of a slow store come one behind the other

    const rows = await store.readSpending();
    for (const budget of [all, one])
      for (const row of rows.filter(({ budget: name }) => name === `${budget.of} per hour`)) {
        const real = left.get(windowOf(budget, row.since)) ?? 0;
        expect(row[budget.unit]).toBeGreaterThanOrEqual(real - near);
        expect(row[budget.unit]).toBeLessThanOrEqual(budget.limit + near);
        if (!mayKill) expect(row[budget.unit]).toBeCloseTo(real, 6);
      }
    const closed = Promise.all(processes.map(({ ledger }) => ledger.close()));
    await host.advance(1000);
    await closed;
    expect(faults).toEqual([]);
  });
});
