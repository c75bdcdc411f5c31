/** Records go to the store in batches, off the request's path. */

import { expect, it } from 'vitest';
import { recordAt, start } from '../../test/contracts/store/rows.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import type { RequestRecord } from '../model/record.ts';
import { Batches, createRecordBatches } from './batches.ts';
import { recordLimit } from './policy.ts';

function setUp(appendRecords?: () => Promise<void>) {
  const host = createFakeHost();
  const batches: string[][] = [];
  const faults: unknown[] = [];
  const append = async (records: readonly RequestRecord[]) => {
    batches.push(records.map(({ id }) => id));
    await appendRecords?.();
  };
  const sink = createRecordBatches({
    clock: host.clock,
    write: append,
    onFault: (error) => faults.push(error),
  });
  return { host, batches, faults, sink, keep: (id: string) => sink.add(recordAt(id, start)) };
}

it('asks the store at most once a second, and not at all when nothing happened', async () => {
  const { host, batches, keep } = setUp();
  keep('a');
  keep('b');
  expect(batches).toEqual([]);
  await host.advance(1000);
  expect(batches).toEqual([['a', 'b']]);
  keep('c');
  await host.advance(999);
  expect(batches).toHaveLength(1);
  await host.advance(1);
  await host.advance(10_000);
  expect(batches).toEqual([['a', 'b'], ['c']]);
});

it('gives a slow store one batch at a time', async () => {
  let release: () => void = () => undefined;
  const { host, batches, keep } = setUp(() => new Promise((resolve) => (release = resolve)));
  keep('a');
  await host.advance(1000);
  keep('b');
  await host.advance(60_000);
  expect(batches).toEqual([['a']]);
  release();
  await host.advance(1000);
  expect(batches).toEqual([['a'], ['b']]);
});

it('writes as soon as so many wait, and the others in their second', async () => {
  const { clock, advance } = createFakeHost();
  const batches: (readonly number[])[] = [];
  const write = async (rows: readonly number[]) => void batches.push(rows);
  const sums = new Batches<number>({ clock, write, onFault: () => undefined, most: 3 });
  for (const row of [1, 2, 3, 4]) sums.add(row);
  await advance(0);
  expect(batches).toEqual([[1, 2, 3]]);
  await advance(1000);
  expect(batches).toEqual([[1, 2, 3], [4]]);
});

it('gives up the oldest of more than the file keeps', async () => {
  const { host, batches, keep } = setUp();
  for (let index = 0; index < recordLimit + 5; index++) keep(`${index}`);
  await host.advance(1000);
  expect(batches[0]?.length).toBe(recordLimit);
  expect(batches[0]?.[0]).toBe('5');
});

it('gives up plain successes before anything that tells of trouble', async () => {
  const { host, batches, sink } = setUp();
  const plain = (id: string): RequestRecord => ({ ...recordAt(id, start), notes: [] });
  for (let index = 0; index < recordLimit + 5; index++) sink.add(plain(`${index}`));
  sink.add({ ...plain('failed'), outcome: 'failed' });
  sink.add({
    ...plain('skipped'),
    skipped: [{ target: 'p/m', cause: 'held-back', reason: 'billing' }],
  });
  await host.advance(1000);
  expect(batches[0]?.length).toBe(recordLimit);
  expect(batches[0]?.[0]).toBe('2');
  expect(batches[0]?.slice(-3)).toEqual([`${recordLimit - 1}`, 'failed', 'skipped']);
});

it('tells of a store that failed, and goes on', async () => {
  const error = new Error('disk full');
  const { host, batches, faults, keep } = setUp(() => Promise.reject(error));
  keep('a');
  await host.advance(1000);
  keep('b');
  await host.advance(1000);
  expect(faults).toEqual([error, error]);
  expect(batches).toEqual([['a'], ['b']]);
});

it('hands over what waits when it is closed', async () => {
  const { batches, sink, keep } = setUp();
  await sink.close();
  expect(batches).toEqual([]);
  keep('a');
  await sink.close();
  expect(batches).toEqual([['a']]);
});

it('makes who reads wait for the batch that is being written', async () => {
  let release: () => void = () => undefined;
  const { host, sink, keep } = setUp(() => new Promise((resolve) => (release = resolve)));
  keep('a');
  await host.advance(1000);
  let isFlushed = false;
  const flushed = sink.flush().then(() => {
    isFlushed = true;
  });
  await host.advance(0);
  expect(isFlushed).toBe(false);
  release();
  await flushed;
});
