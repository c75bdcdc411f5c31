/** What records say of sessions and sub-agents agrees with the daily sums. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { recordOf } from '../../test/fakes/record.ts';
import type { AttemptRecord, RequestRecord } from '../model/record.ts';
import type { UsageRow } from '../model/usage.ts';
import { reportCost } from './report.ts';
import { rowsOfRecords } from './rows-of-records.ts';
import { UsageTally } from './usage-tally.ts';

const start = Date.UTC(2026, 10, 25, 12);
const failure = { class: 'server-error', rule: 'any-status-500', message: 'broke' } as const;
const tokens = fc.record({ inputTokens: fc.nat(900), outputTokens: fc.nat(90) });

const attempt: fc.Arbitrary<AttemptRecord> = fc
  .record(
    {
      usage: tokens,
      usd: fc.nat(64),
      failure: fc.constant(failure),
      isUnpriced: fc.constant(true as const),
      target: fc.constantFrom('a/m', 'b/m'),
    },
    { requiredKeys: ['target'] },
  )
  .map((facts) => ({
    credential: 'a:config',
    fingerprint: 'sha256:a',
    startedAt: start,
    durationMs: 5,
    ...facts,
  }));

const record: fc.Arbitrary<RequestRecord> = fc
  .record(
    {
      attempts: fc.array(attempt, { maxLength: 3 }),
      session: fc.constantFrom('one', 'two'),
      agent: fc.constantFrom('scout', 'tester'),
      task: fc.constantFrom('main', 'title_generation'),
      outcome: fc.constantFrom('answered' as const, 'failed' as const),
    },
    { requiredKeys: ['attempts', 'task', 'outcome'] },
  )
  .map((facts) => ({ ...recordOf({ id: '1', at: start }), ...facts }));

it('has the same total and the same waste as the daily sums, however it is grouped', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 9 }), async (records) => {
      const written: UsageRow[] = [];
      const { clock } = createFakeHost();
      const write = async (rows: readonly UsageRow[]) => void written.push(...rows);
      const tally = new UsageTally({ clock, write, onFault: () => undefined });
      for (const one of records) tally.add(one);
      await tally.close();
      const daily = reportCost(written, 'target');
      for (const by of ['session', 'agent', 'target'] as const) {
        const { total, discarded, groups } = reportCost(rowsOfRecords(records), by);
        expect({ total, discarded }).toEqual({ total: daily.total, discarded: daily.discarded });
        const requests = groups.map((group) => group.requests);
        expect(requests.reduce((sum, one) => sum + one, 0)).toBe(total.requests);
      }
    }),
  );
});

it('tells sessions and sub-agents apart, those without a name together', () => {
  const usd = (cost: number): AttemptRecord => ({
    target: 'a/m',
    credential: 'a:config',
    fingerprint: 'sha256:a',
    startedAt: start,
    durationMs: 5,
    usd: cost,
    usage: {},
  });
  const rows = rowsOfRecords([
    { ...recordOf({ id: '1', at: start }), session: 's', attempts: [usd(1)] },
    { ...recordOf({ id: '2', at: start }), session: 's', agent: 'scout', attempts: [usd(2)] },
    { ...recordOf({ id: '3', at: start }), attempts: [usd(4)] },
  ]);
  const costs = (by: 'session' | 'agent') =>
    reportCost(rows, by).groups.map((group) => [group.name, group.usd]);
  expect(costs('session')).toEqual([
    ['', 4],
    ['s', 3],
  ]);
  expect(costs('agent')).toEqual([
    ['', 5],
    ['scout', 2],
  ]);
});
