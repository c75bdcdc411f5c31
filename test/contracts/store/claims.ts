/** Probes and locks are taken by exactly one, in every store (laws 7 and 8). */

import { expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { day, firstLease, markOf, minute, type Present, start, until } from './rows.ts';

export function testProbes(store: Present): void {
  const [first, second] = [markOf({ scope: { model: 'one' } }), markOf({ scope: { model: 'two' } })];

  it('exactly one of many takes the probe', async () => {
    const owners = Array.from({ length: 20 }, (_, index) => `request-${index}`);
    const claims = await Promise.all(owners.map((owner) => store().claimProbes([first], owner, until(1000))));
    expect(claims.filter((isOurs) => isOurs)).toHaveLength(1);
  });

  it('takes all of the marks it was asked for, or none', async () => {
    expect(await store().claimProbes([second], 'a', until(1000))).toBe(true);
    expect(await store().claimProbes([first, second], 'b', until(1000))).toBe(false);
    expect((await store().readHealth()).probes).toEqual([
      { markKey: second.key, owner: 'a', expiresAt: start + 1000 },
    ]);
    expect(await store().claimProbes([first], 'c', until(1000))).toBe(true);
  });

  it.each<[string, { owner: string; now: number; isOurs: boolean }]>([
    ['somebody else, while it is held', { owner: 'b', now: start + 999, isOurs: false }],
    ['the same owner again', { owner: 'a', now: start + 1, isOurs: true }],
    ['somebody else, when it has expired', { owner: 'b', now: start + 1000, isOurs: true }],
    ['somebody else, after the clock jumped back', { owner: 'b', now: start - day, isOurs: true }],
  ])('is given to %s', async (_name, { owner, now, isOurs }) => {
    await store().claimProbes([first], 'a', until(1000));
    expect(await store().claimProbes([first], owner, until(1000, now))).toBe(isOurs);
  });

  it('is refused to who has not heard of the next window (law 7)', async () => {
    await store().openMark(first, firstLease);
    const next = { ...first, since: start + minute, until: start + 3 * minute, strikes: 2 };
    await store().openMark(next, { leasedAt: start + minute, now: start + minute });
    const lately = until(1000, start + minute + 1);
    expect(await store().claimProbes([first], 'late', lately)).toBe(false);
    expect(await store().claimProbes([next], 'present', lately)).toBe(true);
  });

  it('is let go by its owner only', async () => {
    await store().claimProbes([first], 'a', until(1000));
    await store().releaseProbes([first.key], 'b');
    expect(await store().claimProbes([first], 'b', until(1000))).toBe(false);
    await store().releaseProbes([first.key, 'no such mark'], 'a');
    expect(await store().claimProbes([first], 'b', until(1000))).toBe(true);
  });

  it.each<[string, (store: Store) => Promise<unknown>]>([
    ['a success', (present) => present.closeMarks([first.key], start + 1)],
    ['a reset', (present) => present.resetMarks({}, start + 1)],
  ])('ends with its mark: %s', async (_name, end) => {
    await store().openMark(first, firstLease);
    await store().claimProbes([first], 'a', until(1000));
    await end(store());
    expect((await store().readHealth()).probes).toEqual([]);
  });
}

export function testLocks(store: Present): void {
  it('exactly one of many takes the lock, and the others hear who has it', async () => {
    const owners = Array.from({ length: 20 }, (_, index) => `process-${index}`);
    const attempts = await Promise.all(
      owners.map((owner) => store().takeLock('refresh p', owner, until(1000))),
    );
    const taken = attempts.filter(({ isTaken }) => isTaken);
    expect(taken).toHaveLength(1);
    const [winner] = taken;
    const owner = winner?.isTaken === true ? winner.lock.owner : 'nobody';
    for (const attempt of attempts)
      if (!attempt.isTaken)
        expect(attempt).toEqual({ isTaken: false, heldBy: owner, expiresAt: start + 1000 });
  });

  it.each<[string, { owner: string; now: number; isTaken: boolean }]>([
    ['held by somebody else', { owner: 'b', now: start + 999, isTaken: false }],
    ['held by the same owner', { owner: 'a', now: start + 999, isTaken: true }],
    ['expired', { owner: 'b', now: start + 1000, isTaken: true }],
    ['taken by a clock that ran ahead', { owner: 'b', now: start - day, isTaken: true }],
  ])('a lock that is %s', async (_name, { owner, now, isTaken }) => {
    const first = await store().takeLock('x', 'a', until(1000));
    const next = await store().takeLock('x', owner, until(1000, now));
    expect(next.isTaken).toBe(isTaken);
    if (first.isTaken && next.isTaken) expect(next.lock.fence).toBeGreaterThan(first.lock.fence);
  });

  it('tells a late owner from the present one, who keeps the lock when the late one lets go', async () => {
    const late = await store().takeLock('x', 'a', until(1000));
    const present = await store().takeLock('x', 'b', until(1000, start + 1000));
    if (!late.isTaken || !present.isTaken) throw new Error('both were to be taken');
    expect(await store().holdsLock(late.lock)).toBe(false);
    expect(await store().holdsLock(present.lock)).toBe(true);
    await store().releaseLock(late.lock);
    expect(await store().holdsLock(present.lock)).toBe(true);
    await store().releaseLock(present.lock);
    expect(await store().holdsLock(present.lock)).toBe(false);
  });

  it('never gives the same fence twice, not even after it was let go', async () => {
    const fences = new Set<number>();
    for (const name of ['x', 'x', 'y', 'x']) {
      const attempt = await store().takeLock(name, 'a', until(1000));
      if (!attempt.isTaken) throw new Error('nobody else is there');
      fences.add(attempt.lock.fence);
      await store().releaseLock(attempt.lock);
    }
    expect(fences.size).toBe(4);
  });
}
