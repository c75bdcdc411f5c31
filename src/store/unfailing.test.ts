/** The store that goes on in memory: says so once, leaves the file alone, and does not pretend to share. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../test/contracts/folder.ts';
import { firstLease, markOf, recordAt, start, until } from '../../test/contracts/store/rows.ts';
import { testStore } from '../../test/contracts/store.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { StoreError } from '../errors.ts';
import { createNodeFiles } from '../host/node-files.ts';
import { MemoryStore } from './memory.ts';
import { createInPlaceStore } from './sqlite/in-place.ts';
import { UnfailingStore } from './unfailing.ts';

testStore('UnfailingStore', async () => {
  const store = new UnfailingStore(new MemoryStore(), (fault) => {
    throw fault;
  });
  return { store, close: () => store.close() };
});

describe('UnfailingStore over a damaged file', () => {
  const text = 'this is no database\n'.repeat(1000);
  let folder: Folder;
  let path: string;
  let told: StoreError[];
  let store: UnfailingStore;
  beforeEach(() => {
    folder = makeFolder();
    path = `${folder.path}/state.db`;
    writeFileSync(path, text);
    told = [];
    const host = { ...createFakeHost(), files: createNodeFiles() };
    store = new UnfailingStore(createInPlaceStore(host, path), (fault) => told.push(fault));
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  it('goes on in memory, says so once, and leaves the file as it is', async () => {
    expect((await store.readHealth()).marks).toEqual([]);
    const mark = markOf();
    await store.openMark(mark, firstLease);
    await store.putProven([{ origin: 'p', fingerprint: 'a', at: start }]);
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

it.each(['store-busy', 'store-failed'] as const)('a fault that may pass is passed on: %s', async (code) => {
  class Failing extends MemoryStore {
    override readHealth = () => Promise.reject(new StoreError(code, 'not now'));
  }
  const told: StoreError[] = [];
  const store = new UnfailingStore(new Failing(), (fault) => told.push(fault));
  await expect(store.readHealth()).rejects.toMatchObject({ code });
  await store.openMark(markOf(), firstLease);
  expect(told).toEqual([]);
});
