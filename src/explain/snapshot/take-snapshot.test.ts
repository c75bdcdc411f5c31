/** What a snapshot says of the program that made it. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { recordOf } from '../../../test/fakes/record.ts';
import type { RequestRecord } from '../../model/record.ts';
import { createRuntime } from '../../runtime.ts';
import { RecentActivity, toLate } from './recent-activity.ts';
import { readRecentActivity, takeSnapshot } from './take-snapshot.ts';

const config = {
  main: 'one/m',
  providers: { one: { base_url: 'http://one.test/v1', protocol: 'openai-chat' } },
};
const running = { version: '0', url: 'http://127.0.0.1:1', startedAt: 1, refused: undefined };

it('says which reading of the configuration is in force', async () => {
  const runtime = createRuntime({ host: createFakeHost(), config, mayLackKeys: true });
  const { self } = await takeSnapshot(runtime, {
    activity: new RecentActivity(),
    live: [],
    running,
  });
  expect(self.config.generation).toBe(1);
  runtime.reload();
  const next = await takeSnapshot(runtime, { activity: new RecentActivity(), live: [], running });
  expect(next.self.config.generation).toBe(2);
  await runtime.close();
});

it('counts no readings where no gateway runs', async () => {
  const runtime = createRuntime({ host: createFakeHost(), config, mayLackKeys: true });
  const { self } = await takeSnapshot(runtime, { activity: new RecentActivity(), live: [] });
  expect(self.config.generation).toBeUndefined();
  await runtime.close();
});

it('tells whole milliseconds of when a caller was last there', () => {
  const activity = new RecentActivity();
  activity.note(recordOf({ at: 1000, durationMs: 12.34, caller: 'hermes' }));
  expect(activity.callers(1001).map(({ lastAt }) => lastAt)).toEqual([1012]);
});

it('adds up what each key has cost today, and begins anew at midnight', () => {
  const activity = new RecentActivity();
  const attempt = {
    target: 'one/m',
    credential: 'one:env',
    fingerprint: 'f',
    startedAt: 1000,
    durationMs: 1,
  };
  const attempts = [
    { ...attempt, usd: 0.25 },
    attempt,
    { ...attempt, usd: 0.5, credential: 'one:b' },
  ];
  activity.note(recordOf({ at: 1000, attempts }));
  activity.note(recordOf({ at: 2000, attempts }));
  expect([...activity.costs(3000)]).toEqual([
    ['one:env', 0.5],
    ['one:b', 1],
  ]);
  expect([...activity.costs(86_400_000)]).toEqual([]);
});

it('counts the answers of each key by the hour, for a day', () => {
  const hour = 3_600_000;
  const activity = new RecentActivity();
  const attempt = {
    target: 'one/m',
    credential: 'a',
    fingerprint: 'f',
    startedAt: 0,
    durationMs: 1,
  };
  const answeredAt = (at: number, credential = 'a'): void =>
    activity.note(recordOf({ at, durationMs: 1, attempts: [attempt, { ...attempt, credential }] }));
  answeredAt(10 * hour);
  answeredAt(11 * hour - 2);
  answeredAt(11 * hour, 'b');
  activity.note(recordOf({ at: 11 * hour, outcome: 'failed', attempts: [attempt] }));
  answeredAt(12 * hour);
  const before = (hours: number): readonly number[] => Array.from({ length: hours }, () => 0);
  expect(activity.hourly('a', 12 * hour + 1)).toEqual([...before(21), 2, 0, 1]);
  expect(activity.hourly('b', 12 * hour + 1)).toEqual([...before(22), 1, 0]);
  expect(activity.hourly('c', 12 * hour + 1)).toBeUndefined();
  expect(activity.hourly('a', 34 * hour)).toEqual([0, 1, ...before(22)]);
  expect(activity.hourly('a', 36 * hour)).toBeUndefined();
});

it('begins with the last 24 hours of the store, and counts for callers those of today', async () => {
  const host = createFakeHost({ now: Date.parse('2026-11-22T01:00:00Z') });
  const yesterday = Date.parse('2026-11-21T23:30:00Z');
  const attempt = {
    target: 'one/m',
    credential: 'a',
    fingerprint: 'f',
    startedAt: 0,
    durationMs: 1,
  };
  const kept = [recordOf({ at: yesterday, caller: 'hermes', attempts: [attempt] })];
  const findRecords = async ({ since = 0 }: { since?: number | undefined }) =>
    kept.filter(({ at }) => at >= since);
  const { activity } = await readRecentActivity(host, { findRecords });
  expect(activity.hourly('a', host.clock.now())?.at(-3)).toBe(1);
  expect(activity.callers(host.clock.now())).toEqual([]);
});

const held = {
  target: 'one/m',
  cause: 'held-back',
  heldFor: 'billing',
  reason: 'it said that it has no money',
} as const;

it('says of a rescue what it came from, also where nobody asked it again', () => {
  const failed = {
    target: 'one/m',
    credential: 'a',
    fingerprint: 'f',
    startedAt: 0,
    durationMs: 1,
    failure: { class: 'overloaded', rule: 'status', message: 'busy' },
  } as const;
  const cases: readonly (readonly [Partial<RequestRecord>, string | undefined])[] = [
    [{}, undefined],
    [{ attempts: [failed] }, 'overloaded'],
    [{ attempts: [failed], skipped: [held] }, 'overloaded'],
    [{ skipped: [held] }, 'billing'],
    [{ skipped: [{ ...held, cause: 'budget', heldFor: undefined }] }, 'budget'],
    [{ skipped: [{ ...held, cause: 'not-needed', heldFor: undefined }] }, undefined],
    [{ skipped: [{ ...held, cause: 'auth-missing', heldFor: undefined }] }, undefined],
    [{ skipped: [held], outcome: 'failed' }, undefined],
  ];
  for (const [facts, from] of cases) expect(toLate(recordOf(facts)).rescuedFrom).toBe(from);
});

it('lists the latest requests: troubles first, and half of the places for all others', () => {
  const activity = new RecentActivity();
  const note = (count: number, facts: Partial<RequestRecord>): void => {
    for (let nth = 0; nth < count; nth += 1) activity.note(recordOf({ id: `${nth}`, ...facts }));
  };
  const listed = (): readonly number[] => {
    const failed = activity.requests().filter(({ outcome }) => outcome === 'failed').length;
    return [failed, activity.requests().length - failed];
  };
  note(60, { outcome: 'failed' });
  expect(listed()).toEqual([50, 0]);
  note(10, {});
  expect(listed()).toEqual([40, 10]);
  note(60, {});
  expect(listed()).toEqual([25, 25]);
  expect(activity.requests()[0]).toMatchObject({ id: '59', outcome: 'failed' });
});
