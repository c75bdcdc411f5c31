/** The store of a worker, over the link to its primary: the contract of every store. */

import { expect, it } from 'vitest';
import { markOf, start } from '../../test/contracts/store/rows.ts';
import { testStore } from '../../test/contracts/store.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { createLinkedPeers } from '../../test/fakes/linked-peers.ts';
import { SharedChannel } from '../store/shared-channel.ts';
import { createInPlaceChannel } from '../store/sqlite/in-place.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { WorkerLink } from './link.ts';
import { createLinkChannel } from './link-channel.ts';

const host = createFakeHost();

/** A worker's store, as `WorkerChild` and `serveAsWorker` put it together. */
function openWorkerStore(shared: SharedChannel): SqliteStore {
  const peers = createLinkedPeers();
  const channel = shared.join();
  const primary = new WorkerLink(peers.primary, {
    store: (name, parameters) => channel.ask(name, parameters),
  });
  channel.onChanged?.(() => primary.tell('healthChanged'));
  let onHealthChanged = (): void => undefined;
  const link = new WorkerLink(peers.worker, { healthChanged: () => onHealthChanged() });
  const setListener = (listener: () => void): void => {
    onHealthChanged = listener;
  };
  return new SqliteStore(host, createLinkChannel(link, setListener));
}

testStore("a worker's store", async () => {
  const shared = new SharedChannel(createInPlaceChannel(host.files));
  const own = shared.join();
  const store = openWorkerStore(shared);
  return {
    store,
    close: async () => {
      await store.close();
      await own.ask('close', []);
    },
  };
});

it('tells a change of health to every other store at once, without the time of a poll', async () => {
  const shared = new SharedChannel(createInPlaceChannel(host.files));
  const primary = new SqliteStore(host, shared.join());
  const [one, two] = [openWorkerStore(shared), openWorkerStore(shared)];
  const seen: string[] = [];
  const told = Promise.withResolvers<void>();
  for (const [name, store] of Object.entries({ primary, one, two }))
    store.subscribe(({ marks }) => {
      seen.push(`${name}: ${marks.map(({ key }) => key)}`);
      if (seen.length === 2) told.resolve();
    });
  const mark = markOf();
  await one.openMark(mark, { leasedAt: start, now: start });
  await told.promise;
  expect(seen.toSorted()).toEqual([`primary: ${mark.key}`, `two: ${mark.key}`]);
  for (const store of [one, two, primary]) await store.close();
});
