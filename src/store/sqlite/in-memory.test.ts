/**
 * SQLite without a file keeps the contract of every store, and starts no timer: nobody else can
 * change it.
 */

import { describe, expect, it } from 'vitest';
import { testManyMarks } from '../../../test/contracts/store/marks.ts';
import { firstLease, markOf } from '../../../test/contracts/store/rows.ts';
import { testStore } from '../../../test/contracts/store.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { openStore } from '../open.ts';
import type { Store } from '../store.ts';

function open(host = createFakeHost()): Store {
  return openStore('memory', { host, path: '/nowhere/state.db', emit: () => undefined });
}

testStore('SqliteStore in memory', async () => {
  const store = open();
  return { store, close: () => store.close() };
});

testStore('ReferenceStore, which SQLite is compared with', async () => {
  const store = new ReferenceStore();
  return { store, close: () => store.close() };
});

describe('SqliteStore in memory, with many marks', () => {
  const store = open();
  testManyMarks(() => store);
});

describe('ReferenceStore, with many marks', () => {
  const store = new ReferenceStore();
  testManyMarks(() => store);
});

it('two of them know nothing of each other, and nothing is written to disk', async () => {
  const host = createFakeHost();
  const [one, other] = [open(host), open(host)];
  one.subscribe(() => undefined);
  await one.openMark(markOf(), firstLease);
  expect((await one.readHealth()).marks).toHaveLength(1);
  expect((await other.readHealth()).marks).toEqual([]);
  const elsewhere = markOf({ scope: { origin: 'https://q.example' } });
  await other.openMark(elsewhere, firstLease);
  expect((await one.readHealth()).marks).toEqual([markOf()]);
  expect((await other.readHealth()).marks).toEqual([elsewhere]);
  expect(host.files.stamp('/nowhere/state.db')).toBeUndefined();
  await Promise.all([one.close(), other.close()]);
});
