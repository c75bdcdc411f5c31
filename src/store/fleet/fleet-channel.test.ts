/** A member of a fleet keeps the contract of every store, and several keep one state. */

import { testStore } from '../../../test/contracts/store.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { createInPlaceChannel } from '../sqlite/in-place.ts';
import { SqliteStore } from '../sqlite/sqlite-store.ts';
import { FleetChannel } from './fleet-channel.ts';
import { createSeal } from './seal.ts';

testStore('a member of a fleet', async () => {
  const host = createFakeHost();
  const channel = new FleetChannel({
    host,
    file: createInPlaceChannel(host.files),
    log: new MemoryEngine().open(),
    seal: createSeal(['test key']),
  });
  const store = new SqliteStore(host, channel);
  return { store, close: () => store.close() };
});
