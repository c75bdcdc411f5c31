/** The store's contract, and what members hear of each other, over a real engine. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { FleetChannel } from '../../src/store/fleet/fleet-channel.ts';
import { createSeal } from '../../src/store/fleet/seal.ts';
import { ValkeyLog } from '../../src/store/fleet/valkey-log.ts';
import { createInPlaceChannel } from '../../src/store/sqlite/in-place.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { firstLease, markOf } from '../contracts/store/rows.ts';
import { testStore } from '../contracts/store.ts';
import { type EngineProcess, startRedis } from '../fakes/redis-server.ts';

let engine: EngineProcess;
let fleets = 0;
beforeAll(async () => {
  engine = await startRedis();
});
afterAll(() => engine.stop());

function openMember(prefix: string): SqliteStore {
  const host = createNodeHost();
  const log = new ValkeyLog({ clock: host.clock, url: engine.url, prefix });
  const file = createInPlaceChannel(host.files);
  return new SqliteStore(
    host,
    new FleetChannel({ host, file, log, seal: createSeal(['test key']) }),
  );
}

testStore('a member of a fleet on a real engine', async () => {
  const store = openMember(`fleet${++fleets}`);
  return { store, close: () => store.close() };
});

it('a mark of one member is heard by the others', async () => {
  const members = [openMember('heard'), openMember('heard'), openMember('heard')];
  const [first, ...others] = members;
  const heard = others.map(
    (store) =>
      new Promise((resolve) => {
        store.subscribe(({ marks }) => (marks.length > 0 ? resolve(marks) : undefined));
      }),
  );
  const mark = markOf();
  await first?.openMark(mark, firstLease);
  for (const marks of heard) expect(await marks).toEqual([mark]);
  for (const store of members) await store.close();
});
