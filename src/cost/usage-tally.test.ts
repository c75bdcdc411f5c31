/**
 * Sums on their way to the store: in batches, whatever the store does, and with a limit on names.
 */

import { expect, it } from 'vitest';
import { recordAt, start } from '../../test/contracts/store/rows.ts';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import type { AttemptRecord, RequestRecord } from '../model/record.ts';
import type { UsageRow } from '../model/usage.ts';
import { UsageTally } from './usage-tally.ts';

const attempt: AttemptRecord = {
  target: 'p/m',
  credential: 'c',
  fingerprint: 'f',
  startedAt: start,
  durationMs: 1,
  usage: { inputTokens: 100, outputTokens: 10, cachedTokens: 50 },
  usd: 0.25,
};
const failure = { class: 'empty', rule: 'empty-answer', message: 'empty' } as const;
const of = (
  attempts: readonly AttemptRecord[],
  more: Partial<RequestRecord> = {},
): RequestRecord => ({
  ...recordAt('a', start),
  caller: 'codex',
  ...more,
  attempts,
});

function setUp(write: (rows: readonly UsageRow[]) => Promise<void> = async () => undefined) {
  const host = createFakeHost();
  const written: (readonly UsageRow[])[] = [];
  const faults: unknown[] = [];
  const tally = new UsageTally({
    clock: host.clock,
    write: (rows) => {
      written.push(structuredClone(rows));
      return write(rows);
    },
    onFault: (error) => faults.push(error),
  });
  return { host, tally, written, faults };
}

const row: UsageRow = {
  day: '2027-01-15',
  caller: 'codex',
  task: 'main',
  target: 'p/m',
  purpose: 'main',
  requests: 1,
  inputTokens: 100,
  outputTokens: 10,
  cachedTokens: 50,
  usd: 0.25,
  unpriced: 0,
};

it('adds up one second, and writes it once', async () => {
  const { host, tally, written } = setUp();
  tally.add(of([attempt]));
  tally.add(of([{ ...attempt, failure }, attempt]));
  tally.add(of([attempt], { task: 'title' }));
  expect(written).toEqual([]);
  await host.advance(1000);
  expect(written).toEqual([
    [
      { ...row, requests: 2, inputTokens: 200, outputTokens: 20, cachedTokens: 100, usd: 0.5 },
      { ...row, purpose: 'discarded' },
      { ...row, task: 'title', purpose: 'task' },
    ],
  ]);
  await host.advance(5000);
  expect(written).toHaveLength(1);
});

it('counts what has no price, and no refusal', async () => {
  const { tally, written } = setUp();
  const { usage: _usage, usd: _usd, ...bare } = attempt;
  tally.add(
    of([
      { ...bare, failure: { ...failure, class: 'rate-limit' } },
      { ...bare, isUnpriced: true },
    ]),
  );
  await tally.close();
  expect(written).toEqual([
    [{ ...row, inputTokens: 0, outputTokens: 0, cachedTokens: 0, usd: 0, unpriced: 1 }],
  ]);
});

it('a part that reached the caller is not thrown away', async () => {
  const { tally, written } = setUp();
  const broken = { ...attempt, failure: { ...failure, class: 'stream-cut' as const } };
  tally.add(of([broken], { outcome: 'broken' }));
  await tally.close();
  expect(written).toEqual([[row]]);
});

it('what a full disk refuses is written when it can be', async () => {
  let isFull = true;
  const { host, tally, written, faults } = setUp(async () => {
    if (isFull) throw new Error('disk full');
  });
  tally.add(of([attempt]));
  await host.advance(1000);
  expect(faults).toHaveLength(1);
  isFull = false;
  tally.add(of([attempt]));
  await host.advance(1000);
  expect(written.at(-1)).toMatchObject([{ requests: 2, usd: 0.5 }]);
});

it('a store that hangs holds nobody up', async () => {
  const { host, tally, written } = setUp(() => new Promise(() => undefined));
  for (let second = 0; second < 3; second++) {
    tally.add(of([attempt]));
    await host.advance(1000);
  }
  expect(written).toHaveLength(3);
});

it('beyond 200 user-agents a day all others are one, and keys are never among them', async () => {
  const { tally, written } = setUp();
  for (let index = 0; index < 300; index++) tally.add(of([attempt], { caller: `agent ${index}` }));
  tally.add(of([attempt], { caller: 'codex' }));
  await tally.close();
  expect(written[0]).toHaveLength(202);
  expect(written[0]?.at(-1)).toMatchObject({ caller: 'codex', requests: 1 });
  expect(written[0]?.at(-2)).toMatchObject({ caller: 'other (user-agent)', requests: 100 });
});

it('counts the models of a provider as one beyond 500 of a day, and again one by one on the next', () => {
  const { tally, written } = setUp();
  for (let index = 0; index < 2000; index++)
    tally.add(of([{ ...attempt, target: `p/m${index}/x` }]));
  tally.add(of([{ ...attempt, target: 'p/m7/x' }]));
  tally.add(of([{ ...attempt, target: 'p/later' }], { at: start + 24 * 3_600_000 }));
  void tally.flush();
  expect(written[0]?.length).toBe(502);
  expect(written[0]?.find(({ target }) => target === 'p/other models')).toMatchObject({
    requests: 1500,
  });
  expect(written[0]?.find(({ target }) => target === 'p/m7/x')).toMatchObject({ requests: 2 });
  expect(written[0]?.find(({ target }) => target === 'p/later')).toMatchObject({ requests: 1 });
});
