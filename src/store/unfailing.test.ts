/**
 * The store that goes on in memory: says so once, leaves the file alone, and does not pretend to
 * share.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../test/contracts/folder.ts';
import { firstLease, markOf, recordAt, start, until } from '../../test/contracts/store/rows.ts';
import { testStore } from '../../test/contracts/store.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { StoreError } from '../errors.ts';
import { createNodeFiles } from '../host/node-files.ts';
import { createInPlaceChannel } from './sqlite/in-place.ts';
import { type Channel, SqliteStore } from './sqlite/sqlite-store.ts';
import { createUnfailingChannel } from './unfailing.ts';

const files = createNodeFiles();

/** A store over this channel, with memory behind it. */
function open(file: Channel, onBroken: (fault: StoreError) => void): SqliteStore {
  return new SqliteStore(
    createFakeHost(),
    createUnfailingChannel(file, createInPlaceChannel(files), onBroken),
  );
}

testStore('a store that goes on in memory', async () => {
  const store = open(createInPlaceChannel(files), (fault) => {
    throw fault;
  });
  return { store, close: () => store.close() };
});

describe('a store over a damaged file', () => {
  const text = 'this is no database\n'.repeat(1000);
  let folder: Folder;
  let path: string;
  let told: StoreError[];
  let store: SqliteStore;
  beforeEach(() => {
    folder = makeFolder();
    path = `${folder.path}/state.db`;
    writeFileSync(path, text);
    told = [];
    store = open(createInPlaceChannel(files, path), (fault) => told.push(fault));
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  it('goes on in memory, says so once, and leaves the file as it is', async () => {
    expect((await store.readHealth()).marks).toEqual([]);
    const mark = markOf();
    await store.openMark(mark, firstLease);
    await store.putProven([{ site: 'p', fingerprint: 'a', at: start }]);
    await store.appendRecords([recordAt('a', start)]);
    expect(await store.claimProbes([mark], 'me', until(1000))).toBe(true);
    expect(await store.readHealth()).toMatchObject({ marks: [mark], proven: [{ at: start }] });
    expect(await store.findRecords({ limit: 1 })).toHaveLength(1);
    expect(told.map(({ code }) => code)).toEqual(['store-corrupt']);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(readdirSync(folder.path)).toEqual(['state.db']);
  });

  it('rejects what is promised to other processes, the first time and later', async () => {
    for (const work of [() => store.resetMarks({}, start), () => store.resetMarks({}, start)])
      await expect(work()).rejects.toMatchObject({ code: 'store-corrupt' });
    expect(told).toHaveLength(1);
  });
});

it.each(['store-busy', 'store-failed'] as const)(
  'a fault that may pass is passed on: %s',
  async (code) => {
    const good = createInPlaceChannel(files);
    const file: Channel = {
      isShared: true,
      ask: (name, parameters) =>
        name === 'findRecords'
          ? Promise.reject(new StoreError(code, 'not now'))
          : good.ask(name, parameters),
    };
    const told: StoreError[] = [];
    const channel = createUnfailingChannel(file, createInPlaceChannel(files), (fault) =>
      told.push(fault),
    );
    await expect(channel.ask('findRecords', [{ limit: 1 }])).rejects.toMatchObject({ code });
    await channel.ask('openMark', [markOf(), firstLease]);
    expect(told).toEqual([]);
  },
);
