/** What finished requests add to the series, and when it is written. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { recordOf } from '../../test/fakes/record.ts';
import type { RequestRecord } from '../model/record.ts';
import type { SeriesRow } from '../model/series.ts';
import { foldSeries, joinSteps, widen } from './series.ts';
import { SeriesTally } from './series-tally.ts';

const start = Date.parse('2026-11-22T10:00:00Z');
const attempt = {
  target: 'one/m',
  credential: 'a',
  fingerprint: 'f',
  startedAt: start,
  durationMs: 1,
};
const oneRow: SeriesRow = {
  step: 'minute',
  at: start,
  caller: 'codex',
  target: 'p/m',
  asked: 1,
  rescued: 0,
  failed: 0,
  tokens: 1,
  cachedTokens: 0,
  usd: 0,
  waited: [],
  firstContent: [],
};
const failure = { class: 'server-error', rule: 'any-500', message: 'no' } as const;

function stage() {
  const host = createFakeHost({ now: start });
  const written: (readonly SeriesRow[])[] = [];
  const faults: unknown[] = [];
  const state = { isBroken: false };
  const tally = new SeriesTally({
    clock: host.clock,
    write: async (rows) => {
      if (state.isBroken) throw new Error('disk full');
      written.push(rows);
    },
    onFault: (error) => faults.push(error),
  });
  return { host, tally, written, faults, state };
}

it('writes once a minute, and at the end', async () => {
  const { host, tally, written } = stage();
  const record = recordOf({ at: start });
  tally.note([record, record]);
  await host.advance(59_000);
  tally.note([record]);
  expect(written).toEqual([]);
  await host.advance(1000);
  expect(written.map((rows) => rows.map(({ step, asked }) => `${step} ${asked}`))).toEqual([
    ['minute 3', 'hour 3'],
  ]);
  await host.advance(600_000);
  expect(written).toHaveLength(1);
  tally.note([record]);
  await tally.close();
  expect(written).toHaveLength(2);
});

it('keeps what could not be written for the next time', async () => {
  const { host, tally, written, faults, state } = stage();
  state.isBroken = true;
  tally.note([recordOf({ at: start })]);
  await host.advance(60_000);
  state.isBroken = false;
  tally.note([recordOf({ at: start })]);
  await host.advance(60_000);
  expect(faults).toHaveLength(1);
  expect(written[0]?.map(({ asked }) => asked)).toEqual([2, 2]);
});

it.each<readonly [string, Partial<RequestRecord>, Partial<SeriesRow>]>([
  ['an answer', { answeredBy: 'one/m', caller: 'codex' }, { caller: 'codex', target: 'one/m' }],
  ['nobody named', { caller: undefined, attempts: [] }, { caller: '', target: '' }],
  [
    'a rescue',
    {
      answeredBy: 'two/m',
      attempts: [
        { ...attempt, failure },
        { ...attempt, target: 'two/m' },
      ],
    },
    { target: 'two/m', rescued: 1, failed: 0 },
  ],
  [
    'a failure',
    { outcome: 'failed', answeredBy: undefined, attempts: [{ ...attempt, failure }] },
    { target: 'one/m', rescued: 0, failed: 1 },
  ],
  ['a caller that left', { outcome: 'client-gone', attempts: [attempt] }, { asked: 1, failed: 0 }],
  [
    'tokens and money',
    {
      usage: { inputTokens: 100, outputTokens: 10, cachedTokens: 60 },
      cost: { usd: 0.5, billing: 'metered' },
    },
    { tokens: 110, cachedTokens: 60, usd: 0.5 },
  ],
  [
    'the minute in which it ended',
    { at: start + 59_000, durationMs: 1500 },
    { at: start + 60_000, asked: 1 },
  ],
  [
    'times',
    {
      firstEventMs: 250,
      times: { beforeMs: 100_000, betweenMs: 50_000, atMs: 7, afterMs: 7 },
    },
    {
      firstContent: [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      waited: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    },
  ],
  [
    'no times',
    { firstEventMs: undefined, times: undefined },
    {
      firstContent: Array.from({ length: 12 }, () => 0),
      waited: Array.from({ length: 12 }, () => 0),
    },
  ],
])('counts %s', async (_, record, expected) => {
  const { tally, written } = stage();
  tally.note([recordOf({ at: start, durationMs: 10, ...record })]);
  await tally.flush();
  expect(written[0]?.[0]).toMatchObject(expected);
});

it('leaves a row in each minute in which it is there, and none after', async () => {
  const { host, tally, written } = stage();
  const stop = tally.notePresence();
  tally.note([recordOf({ at: start, caller: 'codex' })]);
  await host.advance(150_000);
  stop();
  await tally.flush();
  await host.advance(600_000);
  await tally.flush();
  const minutes = written.flat().filter(({ step }) => step === 'minute');
  const seen = minutes.map(
    ({ at, caller, asked }) => `${(at - start) / 60_000} ${caller} ${asked}`,
  );
  expect([...new Set(seen)]).toEqual(['0 others 0', '0 codex 1', '1 others 0', '2 others 0']);
  expect(minutes.every(({ waited }) => waited.length === 12)).toBe(true);
});

it.each<readonly [string, readonly number[], readonly (readonly [number, number])[]]>([
  ['none', [], []],
  ['steps that follow each other', [0, 1, 1, 2], [[0, 3]]],
  [
    'steps with others between',
    [0, 2, 3, 9],
    [
      [0, 1],
      [2, 4],
      [9, 10],
    ],
  ],
])('joins %s', (_, starts, spans) => {
  const joined = joinSteps(
    starts.map((count) => start + count * 60_000),
    'minute',
  );
  const minutes = joined.map(({ from, until }) => [
    (from - start) / 60_000,
    (until - start) / 60_000,
  ]);
  expect(minutes).toEqual(spans);
});

it('adds up so many minutes in a row', () => {
  const row = (minute: number, caller: string, target: string): SeriesRow => ({
    ...oneRow,
    at: start + minute * 60_000,
    caller,
    target,
  });
  const rows = [
    row(0, 'ada', 'p/m'),
    row(9, 'ada', 'p/m'),
    row(10, 'ada', 'p/m'),
    row(11, 'bob', 'p/m'),
    row(11, 'others', ''),
  ];
  const widened = foldSeries(rows.map((one) => widen(one, 10)));
  expect(
    widened.map(({ at, caller, target, asked }) => [(at - start) / 60_000, caller, target, asked]),
  ).toEqual([
    [0, 'ada', 'p/m', 2],
    [10, 'ada', 'p/m', 1],
    [10, 'bob', 'p/m', 1],
    [10, 'others', '', 1],
  ]);
});

it('shows those of many series that were asked most, and the others as one', () => {
  const row = (index: number, at: number): SeriesRow => ({
    ...oneRow,
    at,
    caller: `caller-${index}`,
    asked: index + 1,
    waited: [index],
  });
  const rows = [1, 2].flatMap((at) => Array.from({ length: 40 }, (_, index) => row(index, at)));
  const folded = foldSeries([...rows, { ...row(1, 2), caller: 'others', target: '' }]);
  expect(folded).toHaveLength(66);
  const others = folded.filter(({ caller }) => caller === 'others');
  expect(others.map(({ at, asked, tokens }) => [at, asked, tokens])).toEqual([
    [1, 36, 8],
    [2, 38, 9],
  ]);
  expect(folded.some(({ caller }) => caller === 'caller-39')).toBe(true);
});
