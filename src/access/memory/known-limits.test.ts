/** What a process writes of limits, and what others make of it. */

import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { leaseOf, start } from '../../../test/fakes/health-stage.ts';
import { HomeStore } from '../../../test/fakes/home-store.ts';
import { Health } from '../../credentials/health/health.ts';
import type { LimitReading } from '../../model/credential.ts';
import { noInput } from './certain-refusal.ts';
import { KnownLimits } from './known-limits.ts';

const minuteMs = 60_000;

/** Notes every write. */
class WatchedStore extends HomeStore {
  readonly written: (readonly LimitReading[])[] = [];

  override putLimits(readings: readonly LimitReading[], now: number): Promise<void> {
    this.written.push(readings);
    return super.putLimits(readings, now);
  }
}

let host: FakeHost;
let store: WatchedStore;
beforeEach(() => {
  host = createFakeHost({ now: start });
  store = new WatchedStore();
});

async function join() {
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const health = new Health(host, store, onFault);
  await health.load();
  const redact = (text: string): string => text;
  const limits = new KnownLimits({ clock: host.clock, store, health, redact, onFault });
  return {
    limits,
    /** An answer says so much of 100 requests of a minute. */
    hear: (left: number, { account = 'a', isGood = true, leasedAt = host.clock.now() } = {}) =>
      limits.note(leaseOf({ account, leasedAt }), {
        headers: {
          'x-ratelimit-limit-requests-minute': '100',
          'x-ratelimit-remaining-requests-minute': `${left}`,
          'x-ratelimit-reset-requests-minute': '60',
        },
        isGood,
        asOf: host.clock.now(),
      }),
    refusesUntil: (account = 'a') =>
      limits.refusalOf({ site: 'https://p.example/v1', account, model: 'm' }, noInput)?.until,
    share: (account = 'a') =>
      limits.survey().windowsOf({ site: 'https://p.example/v1', account })[0]?.share,
  };
}

async function pass(ms: number): Promise<void> {
  await host.advance(ms);
  await store.tell();
}

const lefts = () => store.written.map((rows) => rows.map(({ left }) => left));

describe('what is written', () => {
  it.each<[name: string, heard: readonly number[], written: readonly (readonly number[])[]]>([
    ['nothing from a tenth on', [100, 50, 10], []],
    ['each second what is below', [9, 8], [[9], [8]]],
    ['the end of it, once', [9, 60, 59, 58], [[9], [60]]],
    ['what falls below again', [9, 60, 3], [[9], [60], [3]]],
  ])('is %s', async (_name, heard, written) => {
    const { hear } = await join();
    for (const left of heard) {
      hear(left);
      await pass(1000);
    }
    expect(lefts()).toEqual(written);
  });

  it('is the latest of a second, of each account', async () => {
    const { hear } = await join();
    for (let left = 9; left >= 0; left--) hear(left);
    hear(5, { account: 'b' });
    expect(store.written).toEqual([]);
    await pass(1000);
    expect(lefts()).toEqual([[0, 5]]);
    await pass(10_000);
    expect(store.written).toHaveLength(1);
  });

  it('is no end of what is over by itself', async () => {
    const { hear } = await join();
    hear(0);
    await pass(minuteMs);
    hear(99);
    await pass(1000);
    expect(lefts()).toEqual([[0]]);
  });

  it('is written when the process ends', async () => {
    const { hear, limits } = await join();
    hear(0);
    await limits.close();
    expect(lefts()).toEqual([[0]]);
  });
});

describe('another process', () => {
  it('knows within a second what is low, and its end', async () => {
    const [one, other] = [await join(), await join()];
    expect([other.limits.isEmpty, other.share()]).toEqual([true, undefined]);
    one.hear(0);
    expect(one.refusesUntil()).toBe(start + minuteMs);
    expect(other.refusesUntil()).toBeUndefined();
    await pass(1000);
    expect([other.refusesUntil(), other.share()]).toEqual([start + minuteMs, 0]);
    other.hear(60);
    expect([other.refusesUntil(), other.share()]).toEqual([undefined, 0.6]);
    await pass(1000);
    expect([one.refusesUntil(), one.share()]).toEqual([undefined, 0.6]);
  });

  it('that starts later knows it too', async () => {
    const one = await join();
    one.hear(0);
    await pass(1000);
    expect((await join()).refusesUntil()).toBe(start + minuteMs);
  });

  it('knows of the same account only', async () => {
    const [one, other] = [await join(), await join()];
    one.hear(0);
    await pass(1000);
    expect([other.refusesUntil('b'), other.share('b')]).toEqual([undefined, undefined]);
  });
});

describe('the order of keys', () => {
  it.each([
    ['requests are left', 'requests', '3', 0],
    ['none is left, until its end', 'requests', '0', minuteMs],
    ['few tokens are left, until their end', 'tokens', '9', minuteMs],
    ['plenty of tokens is left', 'tokens', '50', 0],
    ['only answers are short', 'output-tokens', '0', 0],
  ])('is looked at where %s', async (_name, of, left, forMs) => {
    const [one, other] = [await join(), await join()];
    const said = { limit: '100', remaining: left, reset: '1m' };
    const headers = Object.fromEntries(
      Object.entries(said).map(([what, value]) => [`x-ratelimit-${what}-${of}`, value]),
    );
    const asOf = host.clock.now();
    one.limits.note(leaseOf({ leasedAt: asOf }), { headers, isGood: true, asOf });
    const isLooked = () => [one, other].map(({ limits }) => !limits.isEmpty);
    expect(isLooked()).toEqual([forMs > 0, false]);
    await pass(1000);
    expect(isLooked()).toEqual([forMs > 0, forMs > 0]);
    await pass(minuteMs - 1001);
    expect(isLooked()).toEqual([forMs > 0, forMs > 0]);
    await pass(1);
    expect(isLooked()).toEqual([false, false]);
  });
});

describe('a limit that was wrong', () => {
  it('is believed no more for a quarter of an hour', async () => {
    const { hear, refusesUntil } = await join();
    hear(0);
    await pass(1000);
    hear(0); // an answer where none could be
    expect(refusesUntil()).toBeUndefined();
    await pass(15 * minuteMs);
    hear(0);
    expect(refusesUntil()).toBe(host.clock.now() + minuteMs);
  });

  it.each([
    ['a refusal says the same', { isGood: false }],
    ['the answer was under way before', { leasedAt: start }],
  ])('it was not, where %s', async (_name, facts) => {
    const { hear, refusesUntil } = await join();
    hear(0);
    await pass(1000);
    hear(0, facts);
    expect(refusesUntil()).toBe(host.clock.now() + minuteMs);
  });
});
