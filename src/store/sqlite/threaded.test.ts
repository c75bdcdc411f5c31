/** SQLite in its thread keeps the contract of every store, and outlives its thread. */

import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../../../test/contracts/folder.ts';
import { firstLease, markOf, start } from '../../../test/contracts/store/rows.ts';
import { testStore } from '../../../test/contracts/store.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { StoreError } from '../../errors.ts';
import { parseMessage, type StoreQuestion, type ThreadData } from './messages.ts';
import { SqliteStore } from './sqlite-store.ts';
import { ThreadChannel } from './threaded.ts';

function openThread(path: string): SqliteStore {
  const host = createFakeHost();
  return new SqliteStore(host, new ThreadChannel(host.clock, path));
}

let folder: Folder;
let path: string;
let store: SqliteStore;
beforeAll(() => {
  folder = makeFolder();
  path = `${folder.path}/state/state.db`;
  store = openThread(path);
});
afterAll(async () => {
  await store.close();
  folder.remove();
});

// One thread serves all of the laws: starting one costs more than a law does.
testStore('SqliteStore in a thread', async () => ({ store, close: async () => empty() }));

function empty(): void {
  if (!existsSync(path)) return;
  const raw = new DatabaseSync(path, { timeout: 1000 });
  const tables = [
    'marks',
    'proven',
    'tombstones',
    'probes',
    'moved',
    'limits',
    'sealed',
    'bound_ids',
    'records',
    'usage',
    'series',
    'spending',
  ];
  raw.exec(tables.map((table) => `DELETE FROM ${table};`).join('\n'));
  raw.close();
}

it('an error crosses from the thread with its code, its path and its fix', async () => {
  const broken = openThread(folder.path);
  await expect(broken.readHealth()).rejects.toMatchObject({
    name: 'StoreError',
    code: 'store-unreadable',
    message: expect.stringContaining(folder.path),
    fix: { text: 'name the file in it instead' },
  });
  await expect(store.openMark(markOf({ until: Number.NaN }), firstLease)).rejects.toThrow(
    TypeError,
  );
  await broken.close();
});

it('closing a store that was never asked starts no thread', async () => {
  const started: ThreadData[] = [];
  const channel = new ThreadChannel(createFakeHost().clock, 'state.db', (data) => {
    started.push(data);
    return new FakeThread();
  });
  await channel.ask('close', []);
  expect(started).toEqual([]);
});

class FakeThread extends EventEmitter {
  readonly asked: number[] = [];
  isHolding = false;
  hasEnded = false;
  postMessage(message: unknown): void {
    this.asked.push(parseMessage<StoreQuestion>(message).id);
  }
  ref(): void {
    this.isHolding = true;
  }
  unref(): void {
    this.isHolding = false;
  }
  async terminate(): Promise<number> {
    this.hasEnded = true;
    return 0;
  }
  answer(result: unknown): void {
    this.emit('message', { id: this.asked.shift(), result });
  }
}

describe('ThreadChannel', () => {
  function setUp() {
    const threads: FakeThread[] = [];
    const started: ThreadData[] = [];
    const host = createFakeHost();
    const channel = new ThreadChannel(host.clock, '/x/state.db', (data) => {
      started.push(data);
      const thread = new FakeThread();
      threads.push(thread);
      return thread;
    });
    return { host, threads, started, channel };
  }

  it('keeps the process alive only while an answer is awaited', async () => {
    const { threads, channel } = setUp();
    const answers = [
      channel.ask('findRecords', [{ limit: 1 }]),
      channel.ask('findRecords', [{ limit: 2 }]),
    ];
    const [thread] = threads;
    expect(thread?.isHolding).toBe(true);
    thread?.answer([]);
    expect(thread?.isHolding).toBe(true);
    thread?.answer([]);
    await Promise.all(answers);
    expect(thread?.isHolding).toBe(false);
    expect(threads).toHaveLength(1);
  });

  it('tells who waits that the thread broke, and starts another that knows it has missed something', async () => {
    const { threads, started, channel } = setUp();
    const lost = channel.ask('readHealth', []);
    threads[0]?.emit('error', new Error('out of memory'));
    threads[0]?.emit('exit', 1);
    const fault = await lost.catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(StoreError);
    expect(fault).toMatchObject({
      code: 'store-failed',
      message: expect.stringMatching(/state\.db.*out of memory/),
    });
    const next = channel.ask('pollHealth', []);
    threads[1]?.answer(undefined);
    await next;
    expect(started.map(({ isStale }) => isStale)).toEqual([false, true]);
  });

  it('gives up a thread that hangs, so that whoever closes it comes to an end', async () => {
    const { host, threads, channel } = setUp();
    const lost = Promise.allSettled([
      channel.ask('findRecords', [{ limit: 1 }]),
      channel.ask('close', []),
    ]);
    await host.advance(14_000);
    expect(threads[0]?.hasEnded).toBe(false);
    await host.advance(1000);
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([threads[0]?.hasEnded, threads[0]?.isHolding]).toEqual([true, false]);
    await host.advance(60_000);
    const next = channel.ask('pollHealth', []);
    await host.advance(14_000);
    threads[1]?.answer(undefined);
    await next;
    await host.advance(60_000);
    expect(threads[1]?.hasEnded).toBe(false);
  });

  it('ends its thread when it is closed', async () => {
    const { threads, channel } = setUp();
    const first = channel.ask('resetMarks', [{}, start]);
    const closing = channel.ask('close', []);
    threads[0]?.answer([]);
    threads[0]?.answer(undefined);
    await Promise.all([first, closing]);
    expect(threads[0]?.hasEnded).toBe(true);
  });
});
