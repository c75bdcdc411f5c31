/**
 * One cap over all processes of a home: random requests, costs, refusals, kills and restarts of
 * several processes over one slow store. What leaves is never more than the budget, whatever is
 * killed; and what is refused would not have fitted.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import type { SpendingLimit, Spent } from '../../model/spending.ts';
import type { Store } from '../../store/store.ts';
import { nothingSpent } from './account.ts';
import { type BookSpent, Ledger } from './ledger.ts';

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

function createStage(seed: number) {
  const random = createRandom(seed);
  const host = createFakeHost({ now: Date.parse('2026-11-15T12:00:00Z') });
  const store = new ReferenceStore();
  const faults: unknown[] = [];
  const unit = (['requests', 'tokens'] as const)[random(2)] ?? 'requests';
  const limit = unit === 'requests' ? 5 + random(300) : 1000 + random(200_000);
  const budget: SpendingLimit = { of: 'all requests', setBy: 'budget', unit, limit, per: 'day' };

  function start(): Process {
    let isDead = false;
    let last: Promise<unknown> = Promise.resolve();
    const addSpending: Store['addSpending'] = (changes) => {
      const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof addSpending>>>();
      const before = last;
      last = promise;
      void before
        .then(() => host.clock.sleep(random(30)))
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
  return { random, host, store, faults, budget, unit, limit, start };
}

describe('processes of one home', () => {
  it.each(seeds)('never spend more than the budget of them all: seed %i', async (seed) => {
    const { random, host, store, faults, budget, unit, limit, start } = createStage(seed);
    const processes = Array.from({ length: 2 + random(4) }, start);
    const mayKill = random(2) === 1;
    let spent = 0;
    let lost = 0;
    const refused: number[] = [];

    const total = (): number =>
      processes
        .flatMap(({ underWay }) => [...underWay])
        .reduce((sum, { need }) => sum + need[unit], spent + lost);

    async function ask(process: Process): Promise<void> {
      const need: Spent = { usd: 0, tokens: 1 + random(limit > 1000 ? 3000 : 50), requests: 1 };
      await process.ledger.lookAgain([budget], need);
      const standing = process.ledger.standingOf(budget);
      const isShort = standing.spent + standing.held + need[unit] > limit;
      const settle = isShort ? undefined : await process.ledger.reserve([budget], need);
      if (settle === undefined) {
        refused.push(need[unit]);
        return;
      }
      if (!processes.includes(process)) return;
      const held = { need, settle };
      process.underWay.add(held);
      expect(total()).toBeLessThanOrEqual(limit);
      await host.clock.sleep(1 + random(2000));
      if (!process.underWay.delete(held)) return; // it was killed meanwhile
      const used =
        random(5) === 0 ? nothingSpent : { usd: 0, tokens: 1 + random(need.tokens), requests: 1 };
      spent += used[unit];
      settle(used);
    }

    for (let step = 0; step < 400; step += 1) {
      const place = random(processes.length);
      const process = processes[place];
      if (process === undefined) throw new Error('no process');
      if (mayKill && random(60) === 0) {
        for (const { need } of process.underWay) lost += need[unit];
        process.underWay.clear();
        process.kill();
        processes[place] = start();
      } else void ask(process);
      if (random(3) === 0) await host.advance(random(300));
    }
    await host.advance(10_000);

    const [row] = await store.readSpending();
    const kept = row?.[unit] ?? 0;
    expect(kept).toBeGreaterThanOrEqual(spent);
    expect(kept).toBeLessThanOrEqual(limit);
    if (!mayKill) expect(kept).toBe(spent);
    const [one] = processes;
    const looked = one?.ledger.standingsOf([budget]);
    await host.advance(100);
    expect(await looked).toMatchObject([{ spent: kept, held: 0 }]);
    const closed = Promise.all(processes.map(({ ledger }) => ledger.close()));
    await host.advance(1000);
    await closed;
    expect(faults).toEqual([]);
  });
});
