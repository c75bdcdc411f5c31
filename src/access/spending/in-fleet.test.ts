/**
 * How often the ledger of a fleet's member asks the engine: at most one call for twenty requests,
 * at whatever rate they come, and two for each pause. Nothing is lost by it, and nothing is over.
 */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import type { SpendingLimit } from '../../model/spending.ts';
import { Ledger } from './ledger.ts';

/** Counts what goes to the engine; the rest is answered by a member's own file. */
class CountingStore extends ReferenceStore {
  calls = 0;

  override addSpending(changes: Parameters<ReferenceStore['addSpending']>[0]) {
    const isCall = changes.some(
      ({ ahead, usd, tokens, requests }) => ahead !== undefined || usd + tokens + requests !== 0,
    );
    if (isCall) this.calls += 1;
    return super.addSpending(changes);
  }
}

const limitOf = (limit: number, of = 'all requests'): SpendingLimit => ({
  of,
  setBy: 'budget',
  unit: 'requests',
  limit,
  per: 'month',
});
const spent = { usd: 0.25, tokens: 100, requests: 1 };

function openMember(store = new CountingStore()) {
  const host = createFakeHost();
  const { clock } = host;
  const onFault = (error: unknown): void => expect(error).toBeUndefined();
  const ledger = new Ledger({ clock, store, onFault, isInFleet: true });
  /** True if the request was let through. */
  const ask = async (limits: readonly SpendingLimit[]): Promise<boolean> => {
    await ledger.lookAgain(limits, spent);
    const settle = await ledger.reserve(limits, spent);
    settle?.(spent);
    return settle !== undefined;
  };
  return { host, ledger, store, ask };
}

const rates = [0.25, 1, 4, 20, 75, 500, 5000];
const sizes = [1000, 1500, 2000, 4000, 100_000];

it.each(rates.flatMap((rate) => sizes.map((size) => [rate, size] as const)))(
  'at %d requests a second under a budget of %d: one call for twenty requests',
  async (rate, size) => {
    const { host, ledger, store, ask } = openMember();
    const limits = [limitOf(size), limitOf(2 * size, 'the caller one')];
    const asked = Math.min(size - 1, 1500);
    for (let count = 0; count < asked; count += 1) {
      expect(await ask(limits)).toBe(true);
      await host.advance(1000 / rate);
    }
    expect(store.calls).toBeLessThanOrEqual(Math.ceil(asked / 20));
    await host.advance(6000);
    for (const row of await store.readSpending())
      expect(row).toMatchObject({ requests: asked, tokens: 100 * asked });
    expect(store.calls).toBeLessThanOrEqual(Math.ceil(asked / 20) + 1);
    await ledger.close();
  },
);

it('with pauses between them: two calls for each', async () => {
  const { host, store, ask } = openMember();
  for (let count = 0; count < 50; count += 1) {
    await ask([limitOf(1000)]);
    await host.advance(20_000);
  }
  expect(store.calls).toBeLessThanOrEqual(2 * 50);
  expect(await store.readSpending()).toMatchObject([{ requests: 50 }]);
});

it('a budget that two members ask for until it is spent is never over, and ends in time', async () => {
  const store = new CountingStore();
  const members = [openMember(store), openMember(store)];
  const limits = [limitOf(1000)];
  let passed = 0;
  for (let count = 0; count < 700; count += 1)
    for (const { host, ask } of members) {
      if (await ask(limits)) passed += 1;
      await host.advance(20);
    }
  expect(passed).toBeLessThanOrEqual(1000);
  expect(passed).toBeGreaterThanOrEqual(1000 - 20);
});

it('what a request cost more than was taken for it is written at once', async () => {
  const { host, store, ledger } = openMember();
  const limit: SpendingLimit = { ...limitOf(1000), unit: 'tokens' };
  const settle = await ledger.reserve([limit], { ...spent, tokens: 10 });
  settle?.({ ...spent, tokens: 200 });
  await host.advance(300);
  expect(await store.readSpending()).toMatchObject([{ tokens: 200 }]);
});
