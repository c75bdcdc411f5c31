/**
 * One budget over eight members and a real engine, asked for twice as much as it has, while members
 * are killed and the engine is frozen: never over, and at most a chunk a member is left.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../../src/access/spending/ledger.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import type { SpendingLimit, Spent } from '../../src/model/spending.ts';
import { FleetChannel } from '../../src/store/fleet/fleet-channel.ts';
import { createSeal } from '../../src/store/fleet/seal.ts';
import { ValkeyLog } from '../../src/store/fleet/valkey-log.ts';
import { createInPlaceChannel } from '../../src/store/sqlite/in-place.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { type EngineProcess, startRedis } from '../fakes/redis-server.ts';

const host = createNodeHost();
const size = 8;
const limit = 2000;
const chunk = limit / 50;
const budget: SpendingLimit = {
  of: 'all requests',
  setBy: 'budget',
  unit: 'requests',
  limit,
  per: 'month',
};
const one: Spent = { usd: 0, tokens: 0, requests: 1 };

let engine: EngineProcess;
beforeAll(async () => {
  engine = await startRedis();
});
afterAll(() => engine.stop());

function openMember() {
  const log = new ValkeyLog({ clock: host.clock, url: engine.url, prefix: 'budget' });
  const file = createInPlaceChannel(host.files);
  const seal = createSeal(['test key']);
  const store = new SqliteStore(host, new FleetChannel({ host, file, log, seal }));
  const ledger = new Ledger({
    clock: host.clock,
    store,
    onFault: () => undefined,
    isInFleet: true,
  });
  return { store, ledger };
}

it('is never spent twice, nor multiplied', async () => {
  const members = Array.from({ length: size }, openMember);
  let spent = 0;
  let withheld = 0;
  let kills = 0;
  const ask = async (place: number): Promise<void> => {
    const member = members[place % size];
    try {
      await member?.ledger.lookAgain([budget], one);
      const settle = await member?.ledger.reserve([budget], one);
      if (settle === undefined) return;
      spent += 1;
      settle(one);
    } catch {
      withheld += 1;
    }
  };
  for (let asked = 0; asked < 2 * limit; asked += size) {
    await Promise.all(Array.from({ length: size }, (_, place) => ask(place)));
    expect(spent).toBeLessThanOrEqual(limit);
    if (asked % 480 === 0 && asked > 0 && kills < 4) {
      void members[kills]?.store.close(); // its ledger gives nothing back
      members[kills] = openMember();
      kills += 1;
    }
    if (asked === 800) {
      engine.process.kill('SIGSTOP');
      await host.clock.sleep(1500);
    }
    if (asked === 1200) {
      engine.process.kill('SIGCONT');
      await host.clock.sleep(3000);
    }
  }
  for (const { ledger, store } of members) {
    await ledger.close();
    await store.close();
  }
  expect(withheld).toBeGreaterThan(0);
  expect(spent).toBeLessThanOrEqual(limit);
  expect(spent).toBeGreaterThanOrEqual(limit - (size + kills) * chunk);
  process.stdout.write(`spent ${spent} of ${limit}; ${withheld} withheld; ${kills} killed\n`);
});
