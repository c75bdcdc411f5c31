/**
 * What budgets have left: periods by the clock of UTC, what is held, and what outlives this
 * process.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import type { SpendingLimit, SpendingPeriod } from '../../model/spending.ts';
import { Ledger } from './ledger.ts';
import { spanOf } from './period.ts';

const limitOf = (per: SpendingPeriod, more: Partial<SpendingLimit> = {}): SpendingLimit => ({
  of: 'all requests',
  setBy: 'budget',
  unit: 'usd',
  limit: 1,
  per,
  ...more,
});
const spent = { usd: 0.25, tokens: 100, requests: 1 };

function setUp(store = new ReferenceStore(), now = Date.parse('2026-11-30T23:30:00Z')) {
  const faults: unknown[] = [];
  const host = createFakeHost({ now });
  const ledger = new Ledger({
    clock: host.clock,
    store,
    onFault: (error) => void faults.push(error),
  });
  return { host, ledger, faults, store };
}

function setUpJumping() {
  let now = Date.parse('2026-11-15T12:30:00Z');
  const { clock: still } = createFakeHost({ now });
  const clock = { ...still, now: () => now };
  const store = new ReferenceStore();
  const ledger = new Ledger({ clock, store, onFault: (error) => expect(error).toBeUndefined() });
  const move = (hours: number): void => {
    now += hours * 3_600_000;
  };
  return { clock, store, ledger, move };
}

async function spend(ledger: Ledger, limit: SpendingLimit): Promise<void> {
  const settle = await ledger.reserve([limit], spent);
  settle?.(spent);
}

it.each<[SpendingPeriod, string, string]>([
  ['hour', '2026-11-30T23:00:00Z', '2026-12-01T00:00:00Z'],
  ['day', '2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z'],
  ['month', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
])('an %s begins and ends by the clock of UTC', (per, since, until) => {
  const span = spanOf(per, Date.parse('2026-11-30T23:59:59.999Z'));
  expect(span).toEqual({ since: Date.parse(since), until: Date.parse(until) });
});

it.each<SpendingPeriod>(['hour', 'day', 'month'])(
  'a budget per %s is whole again in the next period',
  async (per) => {
    const { host, ledger } = setUp();
    await spend(ledger, limitOf(per));
    expect(ledger.standingOf(limitOf(per)).spent).toBe(0.25);
    await host.advance(30 * 60_000);
    expect(ledger.standingOf(limitOf(per)).spent).toBe(0);
  },
);

it.each<[SpendingPeriod, number]>([
  ['hour', 1],
  ['hour', -1],
  ['day', 24],
  ['day', -24],
  ['month', 24 * 31],
  ['month', -24 * 365],
])(
  'a clock that jumps and comes back finds the window of a budget per %s as it was: %i hours',
  async (per, hours) => {
    const { clock, ledger, store, move } = setUpJumping();
    await spend(ledger, limitOf(per));
    move(hours);
    expect(ledger.standingOf(limitOf(per)).spent).toBe(0);
    await spend(ledger, limitOf(per));
    move(-hours);
    expect(ledger.standingOf(limitOf(per))).toMatchObject({
      spent: 0.25,
      renewsAt: spanOf(per, clock.now()).until,
    });
    await spend(ledger, limitOf(per));
    await ledger.close();
    const next = new Ledger({ clock, store, onFault: (error) => expect(error).toBeUndefined() });
    await next.load();
    expect(next.standingOf(limitOf(per)).spent).toBe(0.5);
  },
);

it('what is held counts until it has ended, in the period in which it was held', async () => {
  const { host, ledger, store } = setUp();
  const settle = await ledger.reserve([limitOf('day')], { usd: 0.75, tokens: 1, requests: 1 });
  expect(ledger.standingOf(limitOf('day'))).toMatchObject({ spent: 0, held: 0.75 });
  await host.advance(30 * 60_000);
  settle?.(spent);
  await ledger.close();
  expect(ledger.standingOf(limitOf('day'))).toMatchObject({ spent: 0, held: 0 });
  expect(await store.readSpending()).toEqual([
    { budget: 'all requests per day', since: Date.parse('2026-11-30T00:00:00Z'), ...spent },
  ]);
});

it('knows what was spent before it began, and what other processes have spent when it writes', async () => {
  const { ledger, store } = setUp();
  await spend(ledger, limitOf('day'));
  await ledger.close();
  const other = setUp(store);
  await other.ledger.load();
  expect(other.ledger.standingOf(limitOf('day')).spent).toBe(0.25);
  await spend(other.ledger, limitOf('day'));
  await other.ledger.close();
  await spend(ledger, limitOf('day'));
  await ledger.close();
  expect(ledger.standingOf(limitOf('day')).spent).toBe(0.75);
});

it('what a full disk refuses counts all the same, and is written when it can be', async () => {
  let isFull = true;
  class Disk extends ReferenceStore {
    override async addSpending(rows: Parameters<ReferenceStore['addSpending']>[0]) {
      if (isFull) throw new Error('disk full');
      return super.addSpending(rows);
    }
  }
  const { ledger, faults, store } = setUp(new Disk());
  await spend(ledger, limitOf('day'));
  await ledger.close();
  expect(ledger.standingOf(limitOf('day')).spent).toBe(0.25);
  expect(faults.length).toBeGreaterThan(0);
  isFull = false;
  await ledger.close();
  expect(await store.readSpending()).toMatchObject([{ usd: 0.25 }]);
  expect(ledger.standingOf(limitOf('day')).spent).toBe(0.25);
});

it('holds nothing for nobody, whatever fractions were held', async () => {
  const { ledger } = setUp();
  const needs = [0.1, 0.2, 0.3].map((usd) => ({ ...spent, usd }));
  const settles = await Promise.all(needs.map((need) => ledger.reserve([limitOf('day')], need)));
  for (const settle of settles) settle?.(spent);
  expect(ledger.standingOf(limitOf('day')).held).toBe(0);
});

it('asks the store once for many requests, and gives back what nobody needs', async () => {
  const { ledger, store, host } = setUp();
  const asked: number[] = [];
  const add = store.addSpending.bind(store);
  store.addSpending = (changes) => {
    asked.push(changes.length);
    return add(changes);
  };
  const limit = limitOf('day', { unit: 'requests', limit: 1000 });
  for (let count = 0; count < 21; count += 1) await spend(ledger, limit);
  expect(asked).toEqual([1]);
  await host.advance(1000);
  expect(await store.readSpending()).toMatchObject([{ requests: 21, tokens: 2100 }]);
});

it('that has spent nothing only reads', async () => {
  const { ledger, store } = setUp();
  expect(await ledger.standingsOf([limitOf('day')])).toMatchObject([{ spent: 0, held: 0 }]);
  await ledger.close();
  expect(await store.readSpending()).toEqual([]);
});

it('trusts no store that grants less than was asked for, and goes on by what it knows', async () => {
  class Stingy extends ReferenceStore {
    override async addSpending(rows: Parameters<ReferenceStore['addSpending']>[0]) {
      const sums = await super.addSpending(rows);
      return sums.map((sum) => ({ ...sum, taken: { ...spent, requests: 0 } }));
    }
  }
  const { ledger, faults } = setUp(new Stingy());
  await spend(ledger, limitOf('day', { unit: 'requests', limit: 10 }));
  expect(faults).toMatchObject([{ message: 'the store granted less than it was asked for' }]);
});

/** A store that can stop answering; what waits is answered, or fails, when it goes on. */
class SilentStore extends ReferenceStore {
  calls = 0;
  goOn: Promise<unknown> | undefined;

  override async addSpending(rows: Parameters<ReferenceStore['addSpending']>[0]) {
    this.calls += 1;
    await this.goOn;
    return super.addSpending(rows);
  }
}

describe('a store that gives no answer', () => {
  const small = limitOf('day', { unit: 'requests', limit: 10 });

  it('is waited for a second; then only what was taken before is spent, and nobody waits again', async () => {
    const store = new SilentStore();
    const { ledger, host, faults } = setUp(store);
    const large = limitOf('day', { of: 'one task', unit: 'requests', limit: 1000 });
    await spend(ledger, large); // takes 20 more
    const { promise, resolve } = Promise.withResolvers<void>();
    store.goOn = promise;
    const told = Promise.allSettled([1, 2, 3].map(() => ledger.reserve([small], spent)));
    await host.advance(999);
    expect(await Promise.race([told, 'waits'])).toBe('waits');
    await host.advance(1);
    const busy = { status: 'rejected', reason: { code: 'busy', status: 429 } };
    expect(await told).toMatchObject([busy, busy, busy]);
    const before = store.calls;
    await expect(ledger.reserve([small], spent)).rejects.toThrow('gives no answer');
    await ledger.lookAgain([small], { ...spent, requests: 10 });
    for (let count = 0; count < 20; count += 1) await spend(ledger, large);
    await expect(ledger.reserve([large], spent)).rejects.toThrow('gives no answer');
    expect(store.calls).toBe(before);
    expect(ledger.standingOf(small)).toMatchObject({ held: 0 });
    resolve();
    await host.advance(1000);
    await spend(ledger, small);
    await ledger.close();
    expect(await store.readSpending()).toMatchObject([{ requests: 1 }, { requests: 21 }]);
    expect(faults).toEqual([]);
  });

  it('fails in the end: from then on what is known here decides, for five seconds', async () => {
    const store = new SilentStore();
    const { ledger, host } = setUp(store);
    const { promise, reject } = Promise.withResolvers<void>();
    store.goOn = promise;
    const told = expect(ledger.reserve([small], spent)).rejects.toMatchObject({ code: 'busy' });
    await host.advance(1000);
    await told;
    reject(new Error('the file is locked'));
    await host.advance(0);
    await spend(ledger, small);
    expect(ledger.standingOf(small)).toMatchObject({ spent: 1, held: 0 });
    await host.advance(5000);
    store.goOn = undefined;
    await spend(ledger, small);
    await ledger.close();
    expect(await store.readSpending()).toMatchObject([{ requests: 2 }]);
  });

  it('that answers others all the time is waited for', async () => {
    const store = new SilentStore();
    const { ledger, host } = setUp(store);
    let last: Promise<unknown> = Promise.resolve();
    const add = store.addSpending.bind(store);
    store.addSpending = (changes) => {
      const before = last;
      last = before.then(() => host.clock.sleep(600));
      const mine = last;
      return mine.then(() => add(changes));
    };
    const told = Promise.all(
      ['a', 'b', 'c', 'd'].map(async (of) => {
        const limit = { ...small, of };
        await ledger.lookAgain([limit], { ...spent, requests: 10 });
        return ledger.reserve([limit], spent);
      }),
    );
    await host.advance(10_000);
    expect((await told).filter((settle) => settle !== undefined)).toHaveLength(4);
  });
});
