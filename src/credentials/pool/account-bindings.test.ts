/**
 * What is remembered of who made what: at once in memory, in batches in the store, and never in the
 * way of an answer.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { AccountBindings } from './account-bindings.ts';

const one = { origin: 'https://one.test', account: 'team' };
const other = { origin: 'https://one.test', account: 'spare' };

function stage(store = new ReferenceStore()) {
  const host = createFakeHost();
  const faults: unknown[] = [];
  const reads: string[] = [];
  const writes: number[] = [];
  const bindings = new AccountBindings(
    host.clock,
    {
      bindIds: (rows) => {
        writes.push(rows.length);
        return store.bindIds(rows);
      },
      findBoundId: (id) => {
        reads.push(id);
        return store.findBoundId(id);
      },
      takeBoundId: (id) => store.takeBoundId(id),
    },
    (fault) => faults.push(fault),
  );
  return { host, store, bindings, faults, reads, writes };
}

describe('AccountBindings', () => {
  it('knows at once what was remembered, without asking the store', async () => {
    const { bindings, reads } = stage();
    bindings.remember(['a', 'b'], one);
    expect(await bindings.ownersOf(['a', 'b'])).toEqual(
      new Map([
        ['a', one],
        ['b', one],
      ]),
    );
    expect(reads).toEqual([]);
  });

  it('hands over one batch a second, and nothing twice', async () => {
    const { host, bindings, writes } = stage();
    bindings.remember(['a'], one);
    bindings.remember(['a', 'b'], one);
    await host.advance(1000);
    bindings.remember(['a', 'b'], one);
    await host.advance(5000);
    expect(writes).toEqual([2]);
  });

  it('hands over the rest when it is closed, for the next process to find', async () => {
    const { store, bindings } = stage();
    bindings.remember(['a'], one);
    await bindings.close();
    const next = stage(store).bindings;
    expect(await next.ownersOf(['a', 'unknown'])).toEqual(new Map([['a', one]]));
  });

  it('gives a name to who made it last', async () => {
    const { host, bindings } = stage();
    bindings.remember(['a'], one);
    await host.advance(1000);
    bindings.remember(['a'], other);
    expect(await bindings.ownersOf(['a'])).toEqual(new Map([['a', other]]));
  });

  it('keeps who made it first, whoever names it later, in this process or another', async () => {
    const { host, store, bindings } = stage();
    bindings.remember(['a'], { ...one, maker: 'alice' });
    bindings.remember(['a'], { ...one, maker: 'bob' });
    bindings.remember(['a'], { ...other, maker: 'bob' });
    bindings.remember(['open'], one);
    await host.advance(1000);
    const next = stage(store).bindings;
    next.remember(['a', 'open'], { ...other, maker: 'bob' });
    await next.close();
    const last = stage(store).bindings;
    expect(await last.ownersOf(['a', 'open'])).toEqual(
      new Map<string, unknown>([
        ['a', { ...other, maker: 'alice' }],
        ['open', other],
      ]),
    );
  });

  it('asks again after a minute for what nobody knew: another process may know by then', async () => {
    const { host, store, bindings, reads } = stage();
    expect(await bindings.ownersOf(['a'])).toEqual(new Map());
    await store.bindIds([{ id: 'a', ...one, at: host.clock.now() }]);
    expect(await bindings.ownersOf(['a'])).toEqual(new Map());
    expect(reads).toEqual(['a']);
    await host.advance(60_000);
    expect(await bindings.ownersOf(['a'])).toEqual(new Map([['a', one]]));
  });

  it('tells of a store that fails, and goes on without it', async () => {
    const host = createFakeHost();
    const faults: unknown[] = [];
    const broken = {
      bindIds: () => Promise.reject('full'),
      findBoundId: () => Promise.reject('gone'),
      takeBoundId: () => Promise.reject('gone'),
    };
    const bindings = new AccountBindings(host.clock, broken, (fault) => faults.push(fault));
    expect(await bindings.ownersOf(['a'])).toEqual(new Map());
    expect(await bindings.takeOwed('a')).toBeUndefined();
    bindings.remember(['b'], one);
    await host.advance(1000);
    expect(await bindings.ownersOf(['b'])).toEqual(new Map([['b', one]]));
    expect(faults).toEqual(['gone', 'gone', 'full']);
  });
});
