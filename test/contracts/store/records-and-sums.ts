/**
 * Proven secrets, records and bound ids are kept as long as they are of use, in every store (law
 * 6).
 */

import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestRecord, SkipRecord } from '../../../src/model/record.ts';
import type { SpendingRow, Spent } from '../../../src/model/spending.ts';
import type { UsageQuery, UsageRow } from '../../../src/model/usage.ts';
import { recordLimit } from '../../../src/store/policy.ts';
import type { RecordQuery } from '../../../src/store/store.ts';
import { day, hour, type Present, recordAt, start } from './rows.ts';

export function testProven(store: Present): void {
  const row = (fingerprint: string, at: number, site = 'https://p.example/v1') => ({
    site,
    fingerprint,
    at,
  });
  const provenIn = async () =>
    [...(await store().readHealth()).proven].sort((left, right) => left.at - right.at);

  it('is proven at its site only, and at the latest time known (law 6)', async () => {
    await store().putProven([row('a', start), row('a', start + 5, 'https://p.example/plan')]);
    await store().putProven([row('a', start - 1), row('a', start + 2)]);
    expect(await provenIn()).toEqual([
      row('a', start + 2),
      row('a', start + 5, 'https://p.example/plan'),
    ]);
  });

  it.each([['m'], ['a model with blanks'], ['none'], ['https://p.example/v1']])(
    'is proven with the model %j apart from any, whatever the model is called',
    async (model) => {
      const withModel = { ...row('a', start + 1), model };
      await store().putProven([row('a', start), withModel]);
      await store().putProven([{ ...row('a', start + 2), model: `${model} too` }]);
      expect(await provenIn()).toEqual([
        row('a', start),
        withModel,
        { ...row('a', start + 2), model: `${model} too` },
      ]);
    },
  );

  it('is forgotten after 90 days without a success', async () => {
    await store().putProven([row('old', start), row('kept', start + 1)]);
    await store().putProven([row('new', start + 90 * day)]);
    expect((await provenIn()).map(({ fingerprint }) => fingerprint)).toEqual(['kept', 'new']);
  });

  it('takes nothing for nothing', async () => {
    await store().putProven([]);
    expect(await provenIn()).toEqual([]);
  });
}

export function testRecords(store: Present): void {
  const idsOf = async (limit: number, query: Omit<RecordQuery, 'limit'> = {}) =>
    (await store().findRecords({ limit, ...query })).map(({ id }) => id);

  it('from before the clock was set back are older than all that come after', async () => {
    await store().appendRecords([recordAt('ahead', start + 40 * day)]);
    await store().appendRecords([recordAt('now', start)]);
    await store().appendRecords([recordAt('next', start + 1)]);
    expect(await idsOf(10)).toEqual(['next', 'now', 'ahead']);
    expect(await idsOf(1, { id: 'ahead' })).toEqual(['ahead']);
  });

  it('survive a clock that is far behind for a moment, in their order', async () => {
    await store().appendRecords([recordAt('a', start), recordAt('b', start + day)]);
    await store().appendRecords([recordAt('at its start', 0)]);
    await store().appendRecords([recordAt('and a little later', 20_000)]);
    await store().appendRecords([recordAt('c', start + 2 * day)]);
    expect((await idsOf(10)).slice(0, 3)).toEqual(['c', 'b', 'a']);
    expect(await idsOf(10, { since: start + day })).toEqual(['c', 'b']);
  });

  it('gives the latest records, newest first, as they were given', async () => {
    await store().appendRecords([recordAt('a', start), recordAt('c', start + 2)]);
    await store().appendRecords([recordAt('b', start + 1)]);
    expect(await store().findRecords({ limit: 2 })).toEqual([
      recordAt('c', start + 2),
      recordAt('b', start + 1),
    ]);
    expect(await idsOf(10)).toEqual(['c', 'b', 'a']);
    expect(await idsOf(0)).toEqual([]);
  });

  describe('finds', () => {
    const failure = { class: 'overloaded', rule: 'status-529', message: 'busy' } as const;
    const attempt = {
      target: 'p/m',
      credential: 'c',
      fingerprint: 'f',
      startedAt: start,
      durationMs: 1,
    };
    const heldBack: SkipRecord = { target: 'p/m', cause: 'held-back', reason: 'billing' };
    const of = (id: string, more: Partial<RequestRecord>) => ({
      ...recordAt(id, start + Number(id)),
      notes: [],
      ...more,
    });
    const records = [
      of('1', {
        caller: 'claude-cli',
        session: 's',
        agent: 'a',
        times: { beforeMs: 1, atMs: 9, betweenMs: 0, afterMs: 2.5 },
      }),
      of('2', {
        outcome: 'failed',
        task: 'title',
        answeredBy: undefined,
        attempts: [attempt, { ...attempt, target: 'q/n', failure }],
      }),
      of('3', { attempts: [{ ...attempt, failure }, attempt] }),
      of('4', { skipped: [heldBack], caller: 'codex' }),
      of('5', { outcome: 'broken', caller: 'codex' }),
      of('6', { outcome: 'client-gone' }),
      of('7', {
        skipped: [{ ...heldBack, cause: 'not-needed' }],
        task: 'title',
        session: 's',
      }),
    ];
    beforeEach(() => store().appendRecords(records));

    it.each<[query: Omit<RecordQuery, 'limit'>, ids: string]>([
      [{}, '7654321'],
      [{ id: '3' }, '3'],
      [{ id: 'unknown' }, ''],
      [{ id: '3', task: 'title' }, ''],
      [{ since: start + 3, until: start + 5 }, '43'],
      [{ endedSince: start + 15.5, endedUntil: start + 17.5 }, '43'],
      [{ endedSince: start + 15, since: start + 5 }, '765'],
      [{ endedUntil: start + 14.5 }, '1'],
      [{ target: 'p/m' }, '765431'],
      [{ target: 'q/n' }, '2'],
      [{ target: 'q/n', kind: 'plain' }, ''],
      [{ task: 'title' }, '72'],
      [{ caller: 'codex' }, '54'],
      [{ caller: 'codex', kind: 'failed' }, '5'],
      [{ session: 's' }, '71'],
      [{ session: 's', agent: 'a' }, '1'],
      [{ agent: 's' }, ''],
      [{ kind: 'failed' }, '52'],
      [{ kind: 'rescued' }, '43'],
      [{ kind: 'plain' }, '71'],
      [{ kind: 'other' }, '6'],
    ])('%o', async (query, ids) => {
      expect((await idsOf(10, query)).join('')).toBe(ids);
      expect((await idsOf(1, query)).join('')).toBe(ids.slice(0, 1));
    });

    it('gives back what was given', async () => {
      expect(await store().findRecords({ limit: 10 })).toEqual(records.toReversed());
    });
  });

  it('keeps one record of a request', async () => {
    await store().appendRecords([recordAt('a', start)]);
    await store().appendRecords([recordAt('a', start + 1)]);
    expect(await store().findRecords({ limit: 10 })).toEqual([recordAt('a', start + 1)]);
  });

  it('keeps so many, and none that is older than the newest by 30 days', async () => {
    const many = Array.from({ length: recordLimit + 10 }, (_, index) =>
      recordAt(`${index}`, start + index),
    );
    await store().appendRecords(many);
    const kept = many.slice(10).map(({ id }) => id);
    expect(await idsOf(2 * recordLimit)).toEqual(kept.toReversed());
    await store().appendRecords([recordAt('late', start + recordLimit + 30 * day)]);
    expect((await idsOf(recordLimit)).slice(0, 2)).toEqual(['late', `${recordLimit + 9}`]);
    expect(await idsOf(recordLimit)).toHaveLength(10);
  });

  it('plain records do not push out those that tell of trouble', async () => {
    await store().appendRecords([{ ...recordAt('trouble', start - 1), outcome: 'failed' }]);
    const many = Array.from({ length: recordLimit + 10 }, (_, index) =>
      recordAt(`${index}`, start + index),
    );
    await store().appendRecords(many.map((record) => ({ ...record, notes: [] })));
    expect(await idsOf(10, { kind: 'failed' })).toEqual(['trouble']);
    expect(await idsOf(3 * recordLimit)).toHaveLength(recordLimit + 1);
  });

  it('remembers for 30 days which account an id belongs to', async () => {
    const row = (id: string, at: number, account = 'team') => ({ id, origin: 'p', account, at });
    await store().bindIds([row('resp_1', start), row('resp_2', start + 1)]);
    await store().bindIds([row('resp_2', start + 2, 'other')]);
    expect(await store().findBoundId('resp_1')).toEqual(row('resp_1', start));
    expect(await store().findBoundId('resp_2')).toEqual(row('resp_2', start + 2, 'other'));
    expect(await store().findBoundId('resp_3')).toBeUndefined();
    await store().bindIds([row('resp_4', start + 30 * day)]);
    expect(await store().findBoundId('resp_1')).toBeUndefined();
    expect(await store().findBoundId('resp_2')).toBeDefined();
  });

  it('gives a taken id to one of all who ask', async () => {
    const row = { id: 'resp_1', origin: 'p', account: 'team', maker: 'p/m', at: start };
    await store().bindIds([row]);
    const taken = await Promise.all([1, 2, 3].map(() => store().takeBoundId('resp_1')));
    expect(taken.filter((one) => one !== undefined)).toEqual([row]);
    expect(await store().findBoundId('resp_1')).toBeUndefined();
    expect(await store().takeBoundId('resp_2')).toBeUndefined();
  });

  it('a file is remembered for 400 days, and its maker is never changed', async () => {
    const row = (more: object = {}, at = start) => ({
      id: 'file',
      origin: 'p',
      account: 'a',
      at,
      ...more,
    });
    await store().bindIds([row({ maker: 'alice', isLasting: true })]);
    await store().bindIds([row({ maker: 'bob', account: 'b' }, start + day)]);
    const kept = row({ maker: 'alice', isLasting: true, account: 'b' }, start + day);
    expect(await store().findBoundId('file')).toEqual(kept);
    await store().bindIds([{ ...row({}, start + 400 * day), id: 'other' }]);
    expect(await store().findBoundId('file')).toEqual(kept);
    await store().bindIds([{ ...row({}, start + 401 * day), id: 'other' }]);
    expect(await store().findBoundId('file')).toBeUndefined();
  });
}

export function testUsage(store: Present): void {
  const of = (facts: Partial<UsageRow>): UsageRow => ({
    day: '2026-11-22',
    caller: 'claude-cli',
    task: 'main',
    target: 'p/m',
    purpose: 'main',
    requests: 1,
    inputTokens: 100,
    outputTokens: 10,
    cachedTokens: 50,
    usd: 0.25,
    unpriced: 0,
    ...facts,
  });

  it('adds up what is of the same day, caller, task, target and purpose', async () => {
    await store().addUsage([of({}), of({ purpose: 'discarded', usd: 1 })]);
    await store().addUsage([of({ requests: 2, unpriced: 1 }), of({ requests: 3, caller: '' })]);
    expect(await store().readUsage({})).toEqual([
      of({ requests: 3, caller: '' }),
      of({ purpose: 'discarded', usd: 1 }),
      of({
        requests: 3,
        inputTokens: 200,
        outputTokens: 20,
        cachedTokens: 100,
        usd: 0.5,
        unpriced: 1,
      }),
    ]);
  });

  const at = (text: string): number => Date.parse(text);
  it.each<[name: string, query: UsageQuery, days: readonly string[]]>([
    ['everything', {}, ['20', '21', '21', '22']],
    ['from a day on', { since: at('2026-11-21T23:00Z') }, ['21', '21', '22']],
    ['to a day', { until: at('2026-11-21T00:00Z') }, ['20', '21', '21']],
    ['one caller', { caller: 'codex' }, ['21']],
    ['one task', { task: 'title' }, ['21', '22']],
  ])('finds %s', async (_name, query, days) => {
    const rows = [
      of({ day: '2026-11-22', task: 'title', purpose: 'task' }),
      of({ day: '2026-11-21', task: 'title', purpose: 'task' }),
      of({ day: '2026-11-21', caller: 'codex' }),
      of({ day: '2026-11-20' }),
    ];
    await store().addUsage(rows);
    expect((await store().readUsage(query)).map((row) => row.day.slice(-2))).toEqual(days);
  });

  it('is kept for 400 days behind the newest, and takes nothing for nothing', async () => {
    await store().addUsage([]);
    await store().addUsage([of({ day: '2026-11-22' }), of({ day: '2026-11-23' })]);
    await store().addUsage([of({ day: '2027-12-27' })]);
    expect((await store().readUsage({})).map((row) => row.day)).toEqual([
      '2026-11-23',
      '2027-12-27',
    ]);
  });
}

export function testSpending(store: Present): void {
  const of = (budget: string, since: number, spent: Partial<Spent> = {}): SpendingRow => ({
    budget,
    since,
    usd: 0.25,
    tokens: 100,
    requests: 1,
    ...spent,
  });

  it('adds up what is of the same budget and window, and says the sums', async () => {
    const [a, b] = [of('all requests per day', start), of('the provider p per hour', start)];
    expect(await store().addSpending([b, a])).toEqual([b, a]);
    const doubled = of(a.budget, start, { usd: 0.5, tokens: 200, requests: 2 });
    expect(await store().addSpending([a])).toEqual([doubled]);
    expect(await store().readSpending()).toEqual([doubled, b]);
  });

  it.each<[string, Partial<Spent>, Partial<Spent>, Partial<Spent> | undefined]>([
    [
      'what it would like, where that much is left',
      { requests: 2 },
      { requests: 5 },
      { requests: 5 },
    ],
    ['what is left, where that is enough', { requests: 2 }, { requests: 12 }, { requests: 9 }],
    ['what it needs to the last', { requests: 9 }, { requests: 9 }, { requests: 9 }],
    ['nothing, where less is left than it needs', { requests: 10 }, { requests: 10 }, undefined],
    ['what is not limited', { tokens: 1e9 }, { tokens: 1e9 }, { tokens: 1e9 }],
  ])('hands out ahead %s', async (_name, least, most, taken) => {
    await store().addSpending([of('a', start)]);
    const nothing: Spent = { usd: 0, tokens: 0, requests: 0 };
    const ahead = {
      least: { ...nothing, ...least },
      most: { ...nothing, ...most },
      limits: { requests: 10 },
    };
    const row = { budget: 'a', since: start, ...nothing };
    const [sum] = await store().addSpending([{ ...row, ahead }]);
    expect(sum?.taken).toEqual(taken && { ...nothing, ...taken });
    const [kept] = await store().readSpending();
    expect(kept).toMatchObject({ requests: 1 + (taken?.requests ?? 0) });
  });

  it('hands out ahead to all of one call, or to none', async () => {
    const one: Spent = { usd: 0, tokens: 0, requests: 1 };
    const wish = (budget: string, requests: number) => ({
      ...of(budget, start, { usd: 0, tokens: 0, requests: 1 }),
      ahead: { least: one, most: one, limits: { requests } },
    });
    const sums = await store().addSpending([wish('a', 9), wish('b', 1)]);
    expect(sums.map(({ requests, taken }) => [requests, taken])).toEqual([
      [1, undefined],
      [1, undefined],
    ]);
  });

  it('is never handed out twice to callers at once', async () => {
    const one: Spent = { usd: 0, tokens: 0, requests: 1 };
    const wish = { ...of('a', start, { usd: 0, tokens: 0, requests: 0 }) };
    const ahead = { least: one, most: one, limits: { requests: 10 } };
    const all = Array.from({ length: 30 }, () => store().addSpending([{ ...wish, ahead }]));
    const taken = (await Promise.all(all)).filter(([sum]) => sum?.taken !== undefined);
    expect(taken).toHaveLength(10);
  });

  it('is kept for the latest 1,500 windows of each budget, and the one that was written last', async () => {
    const windows = Array.from({ length: 1501 }, (_, index) => of('a', start + index * hour));
    await store().addSpending([...windows, of('b', start)]);
    const hoursOf = async () =>
      (await store().readSpending()).map(({ since }) => (since - start) / hour);
    expect(await hoursOf()).toEqual([...windows.keys()].slice(1).concat(0));
    await store().addSpending([of('a', start - hour)]);
    expect((await hoursOf()).slice(0, 2)).toEqual([-1, 1]);
  });

  it('is not forgotten because a clock ran far ahead for a while', async () => {
    await store().addSpending([of('a', start)]);
    await store().addSpending([of('a', start + 9000 * day)]);
    expect(await store().addSpending([of('a', start)])).toMatchObject([{ requests: 2 }]);
  });
}
