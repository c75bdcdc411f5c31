/**
 * The order of writes, waiting for other processes, and listening, over a channel that is scripted.
 */

import { describe, expect, it } from 'vitest';
import { firstLease, markOf, start } from '../../../test/contracts/store/rows.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { StoreError } from '../../errors.ts';
import type { HealthSnapshot } from '../store.ts';
import type { OperationName } from './asked.ts';
import { type Channel, SqliteStore } from './sqlite-store.ts';

const nothing: HealthSnapshot = { marks: [], proven: [], tombstones: [], moved: [], limits: [] };
const busy = new StoreError('store-busy', 'locked');

/** Answers each question with `play`; a promise may be held back. */
function setUp(play: (name: OperationName) => unknown) {
  const host = createFakeHost();
  const asked: OperationName[] = [];
  const channel: Channel = {
    isShared: true,
    ask: async (name) => {
      asked.push(name);
      return parseAnswer(await play(name));
    },
  };
  return { host, asked, store: new SqliteStore(host, channel) };
}

/** A script answers every operation, each with what is its own. */
function parseAnswer<Answer>(answer: unknown): Answer {
  return answer as Answer;
}

describe('writes', () => {
  it('are done one after the other in the order asked for, although the first has to wait', async () => {
    let tries = 0;
    const { host, asked, store } = setUp(() => {
      tries += 1;
      if (tries <= 3) throw busy;
      return [];
    });
    const done = Promise.all([
      store.openMark(markOf(), firstLease),
      store.closeMarks(['x'], start),
    ]);
    await host.advance(1000);
    await done;
    expect(asked).toEqual(['openMark', 'openMark', 'openMark', 'openMark', 'closeMarks']);
  });

  it('a failed one is told to who asked for it, and keeps nobody else from writing', async () => {
    const { store } = setUp((name) => {
      if (name === 'openMark') throw new StoreError('store-failed', 'disk full');
      return [];
    });
    const [opened, closed] = await Promise.allSettled([
      store.openMark(markOf(), firstLease),
      store.closeMarks(['x'], start),
    ]);
    expect([opened.status, closed.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('a file that stays locked is given up after 15 s, with many tries and no long one', async () => {
    const { host, asked, store } = setUp(() => {
      throw busy;
    });
    let fault: unknown;
    const written = store.resetMarks({}, start).catch((error: unknown) => {
      fault = error;
    });
    await host.advance(14_900);
    expect(fault).toBeUndefined();
    await host.advance(400);
    await written;
    expect(fault).toBe(busy);
    expect(asked.length).toBeGreaterThan(70);
  });

  it('reading does not wait for a write that waits', async () => {
    const { store } = setUp((name) => {
      if (name === 'resetMarks') throw busy;
      return name === 'readHealth' ? nothing : undefined;
    });
    store.resetMarks({}, start).catch(() => undefined);
    expect(await store.readHealth()).toBe(nothing);
  });

  it('closing lets them end first, and then takes no more', async () => {
    let tries = 0;
    const { host, asked, store } = setUp((name) => {
      tries += 1;
      if (name === 'putProven' && tries < 3) throw busy;
      return undefined;
    });
    const written = store.putProven([]);
    const closed = store.close();
    await host.advance(1000);
    await Promise.all([written, closed, store.close()]);
    expect(asked).toEqual(['putProven', 'putProven', 'putProven', 'close']);
    await expect(store.putProven([])).rejects.toThrow('closed');
    await expect(store.readHealth()).rejects.toThrow('closed');
  });
});

describe('listening', () => {
  it('looks every 250 ms while somebody listens, and never otherwise', async () => {
    const { host, asked, store } = setUp(() => undefined);
    await host.advance(5000);
    expect(asked).toEqual([]);
    const stop = store.subscribe(() => undefined);
    await host.advance(1000);
    expect(asked).toEqual(['pollHealth', 'pollHealth', 'pollHealth', 'pollHealth']);
    stop();
    await host.advance(5000);
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  it('goes on looking after a fault', async () => {
    let polls = 0;
    const { host, store } = setUp(() => {
      polls += 1;
      if (polls === 1) throw new StoreError('store-failed', 'not now');
      return nothing;
    });
    const heard: HealthSnapshot[] = [];
    store.subscribe((snapshot) => heard.push(snapshot));
    await host.advance(500);
    expect(heard).toEqual([nothing]);
  });

  it('does not wait for a write that changes no health', async () => {
    const { host, store } = setUp((name) =>
      name === 'pollHealth' ? nothing : new Promise(() => undefined),
    );
    const heard: HealthSnapshot[] = [];
    store.subscribe((snapshot) => heard.push(snapshot));
    void store.appendRecords([]);
    void store.addSpending([]);
    await host.advance(250);
    expect(heard).toEqual([nothing]);
  });

  it('passes on no snapshot that may lack a write of ours, but a later one', async () => {
    const before: HealthSnapshot = { ...nothing, marks: [markOf()] };
    let isDone: () => void = () => undefined;
    const { host, asked, store } = setUp((name) => {
      if (name === 'pollHealth') return before;
      if (name === 'readHealth') return nothing;
      return new Promise<string[]>((resolve) => (isDone = () => resolve([])));
    });
    const heard: HealthSnapshot[] = [];
    store.subscribe((snapshot) => heard.push(snapshot));
    const closing = store.closeMarks([markOf().key], start);
    await host.advance(250);
    expect(heard).toEqual([]);
    isDone();
    await closing;
    await host.advance(250);
    expect(heard).toEqual([nothing]);
    expect(asked).toEqual(['closeMarks', 'pollHealth', 'readHealth']);
  });
});
