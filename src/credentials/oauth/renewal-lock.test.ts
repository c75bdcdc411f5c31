import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { MemoryStore } from '../../store/memory.ts';
import { createRenewalLock, type HoldLock, type LockStore } from './renewal-lock.ts';

const path = '/h/credentials.json';
const broken: LockStore = {
  takeLock: () => Promise.reject(new Error('the state file is damaged')),
  holdsLock: () => Promise.reject(new Error('the state file is damaged')),
  releaseLock: () => Promise.reject(new Error('the state file is damaged')),
};

describe.each([
  { name: 'a row of the store', store: () => new MemoryStore() },
  { name: 'a lock file, for want of a store', store: () => undefined },
  { name: 'a lock file, because the store cannot be asked', store: () => broken },
])('the lock of a renewal in $name', ({ store: open }) => {
  function enter(): {
    readonly host: ReturnType<typeof createFakeHost>;
    readonly locks: readonly HoldLock[];
  } {
    const host = createFakeHost();
    const store = open();
    const parts = { host, path, ...(store === undefined ? {} : { store }) };
    return { host, locks: [createRenewalLock(parts), createRenewalLock(parts)] };
  }

  it('lets one work at a time, and the next as soon as it is free', async () => {
    const { host, locks } = enter();
    const said: string[] = [];
    const tasks = locks.map((hold, index) =>
      hold('login-l1', async (isHeld) => {
        said.push(`${index} begins`);
        await host.clock.sleep(1000);
        said.push(`${index} ${(await isHeld()) ? 'holds it' : 'has lost it'}`);
      }),
    );
    await host.advance(3000);
    await Promise.all(tasks);
    expect(said).toEqual(['0 begins', '0 holds it', '1 begins', '1 holds it']);
  });

  it('is of one login: another is renewed meanwhile', async () => {
    const { host, locks } = enter();
    const said: string[] = [];
    const tasks = locks.map((hold, index) =>
      hold(`login-l${index}`, async () => {
        said.push(`${index} begins`);
        await host.clock.sleep(1000);
      }),
    );
    await host.advance(10);
    expect(said).toEqual(['0 begins', '1 begins']);
    await host.advance(1000);
    await Promise.all(tasks);
  });

  it('is given back after a fault', async () => {
    const { host, locks } = enter();
    const [first, second] = locks;
    await expect(first?.('login-l1', () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(await second?.('login-l1', async () => 'done')).toBe('done');
    expect(host.fileText(`${path}.login-l1.lock`)).toBeUndefined();
  });

  it('ends by itself: who never comes back is told so, and another goes on', async () => {
    const { host, locks } = enter();
    const [first, second] = locks;
    let isStillHeld: boolean | undefined;
    const late = first?.('login-l1', async (isHeld) => {
      await host.clock.sleep(30_000);
      isStillHeld = await isHeld();
    });
    const next = second?.('login-l1', async () => host.clock.now());
    await host.advance(16_000);
    expect(await next).toBeGreaterThanOrEqual(1_800_000_015_000);
    await host.advance(20_000);
    await late;
    expect(isStillHeld).toBe(false);
  });
});
