/** A probe is taken by exactly one, in every store (law 7). */

import { expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { day, firstLease, markOf, minute, type Present, start, until } from './rows.ts';

export function testProbes(store: Present): void {
  const [first, second] = [
    markOf({ scope: { model: 'one' } }),
    markOf({ scope: { model: 'two' } }),
  ];

  /** The window behind the first. */
  const next = { ...first, since: start + minute, until: start + 3 * minute, strikes: 2 };
  const nextLease = { leasedAt: start + minute, now: start + minute };

  it('exactly one of many takes the probe', async () => {
    const owners = Array.from({ length: 20 }, (_, index) => `request-${index}`);
    const claims = await Promise.all(
      owners.map((owner) => store().claimProbes([first], owner, until(1000))),
    );
    expect(claims.filter((isOurs) => isOurs)).toHaveLength(1);
  });

  it('takes all of the marks it was asked for, or none', async () => {
    expect(await store().claimProbes([second], 'a', until(1000))).toBe(true);
    expect(await store().claimProbes([first, second], 'b', until(1000))).toBe(false);
    expect(await store().claimProbes([first], 'c', until(1000))).toBe(true);
    expect(await store().claimProbes([second], 'd', until(1000, start + 999))).toBe(false);
    expect(await store().claimProbes([second], 'd', until(1000, start + 1000))).toBe(true);
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
    await store().openMark(next, nextLease);
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
    ['its next window', (present) => present.openMark(next, nextLease)],
  ])('ends with its mark: %s', async (_name, end) => {
    await store().openMark(first, firstLease);
    await store().claimProbes([first], 'a', until(2 * minute));
    await end(store());
    const [present = first] = (await store().readHealth()).marks;
    expect(await store().claimProbes([present], 'b', until(1000, start + minute))).toBe(true);
  });

  it('goes on where its mark stays: an open window, a success of an older request', async () => {
    await store().openMark(first, firstLease);
    await store().claimProbes([first], 'a', until(minute));
    await store().openMark({ ...next, since: start + 1 }, { leasedAt: start, now: start + 1 });
    await store().closeMarks([first.key], start - 1);
    expect(await store().claimProbes([first], 'b', until(1000, start + 2))).toBe(false);
  });

  it('of a mark that is not in the store ends with a success too', async () => {
    await store().claimProbes([first], 'a', until(1000));
    await store().closeMarks([first.key], start);
    expect(await store().claimProbes([first], 'b', until(1000))).toBe(true);
  });
}
