/** A member of a fleet keeps the contract of every store, and several keep one state. */

import { expect, it } from 'vitest';
import { testStore } from '../../../test/contracts/store.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryEngine } from '../../../test/fakes/memory-log.ts';
import { StoreError } from '../../errors.ts';
import { createInPlaceChannel } from '../sqlite/in-place.ts';
import { type Channel, SqliteStore } from '../sqlite/sqlite-store.ts';
import { FleetChannel } from './fleet-channel.ts';
import { LogGone } from './log.ts';
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

it('left alone at a moment when its file cannot be read, it goes on as soon as it can', async () => {
  const host = createFakeHost();
  const engine = new MemoryEngine();
  const real = createInPlaceChannel(host.files);
  let isBroken = false;
  const file: Channel = {
    isShared: true,
    ask: (name, parameters) =>
      isBroken
        ? Promise.reject(new StoreError('store-failed', 'broken'))
        : real.ask(name, parameters),
  };
  const channel = new FleetChannel({
    host,
    file,
    log: engine.open(),
    seal: createSeal(['test key']),
  });
  const store = new SqliteStore(host, channel);
  const first = store.putProven([]);
  await host.advance(1000);
  await first;
  engine.go(true);
  isBroken = true;
  await host.advance(5000);
  isBroken = false;
  const proven = { site: 'https://p.example/v1', fingerprint: 'sha256:a', at: 1 };
  const put = store.putProven([proven]);
  const none = { usd: 0, tokens: 0, requests: 0 };
  const ahead = {
    least: { ...none, requests: 1 },
    most: { ...none, requests: 1 },
    limits: { requests: 5 },
  };
  const spent = store.addSpending([{ budget: 'b', since: 0, ...none, ahead }]);
  await host.advance(1000);
  await put;
  expect((await store.readHealth()).proven).toEqual([proven]);
  expect(await spent).toMatchObject([{ isWithheld: true }]);
  const closed = store.close();
  await host.advance(5000);
  await closed;
});

it('left alone, it tells each reason as it comes, and none twice in a row', async () => {
  const host = createFakeHost();
  const log = new MemoryEngine().open();
  let why = '';
  const reach = (): Promise<void> => (why ? Promise.reject(new LogGone(why)) : Promise.resolve());
  const heard: string[] = [];
  const channel = new FleetChannel({
    host,
    file: createInPlaceChannel(host.files),
    log: {
      ...log,
      readPosition: () => reach().then(log.readPosition),
      read: (after, waitMs) => reach().then(() => log.read(after, waitMs)),
    },
    seal: createSeal(['test key']),
    onMembership: (membership, reason) => heard.push(`${membership} ${reason}`.trim()),
  });
  const store = new SqliteStore(host, channel);
  for (const reason of ['', 'it hung up', 'it is replaced', '']) {
    why = reason;
    const put = store.putProven([{ site: 'https://p.example/v1', fingerprint: reason, at: 1 }]);
    await host.advance(5000);
    await put;
  }
  const closed = store.close();
  await host.advance(5000);
  await closed;
  expect(heard).toEqual(['member', 'alone it hung up', 'alone it is replaced', 'member']);
});
