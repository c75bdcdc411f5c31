/** What a task has cost, from the sums of its use. */

import { expect, it } from 'vitest';
import type { UsageRow } from '../../model/usage.ts';
import { describeUndecided, listTaskRows } from './task-rows.ts';

const plan = {
  at: 0,
  config: '/h/config.yaml',
  routes: [{ task: 'title', isUsable: true, targets: [] }],
  tasksOff: [],
};

it('a task costs what its own rows say, discarded attempts included, which are no requests', () => {
  const row: UsageRow = {
    day: '2026-11-22',
    caller: '',
    task: 'title',
    target: 'one/m',
    purpose: 'task',
    requests: 3,
    inputTokens: 1,
    outputTokens: 1,
    cachedTokens: 0,
    usd: 0.25,
    unpriced: 1,
  };
  const rows = [
    row,
    { ...row, purpose: 'discarded' as const, requests: 1 },
    { ...row, task: 'main' },
    { ...row, caller: 'holdfast-check' },
  ];
  expect(listTaskRows(plan, rows)).toMatchObject([{ requests: 3, usd: 0.5, unpriced: 2 }]);
});

it.each([
  [0, 'not requested yet'],
  [1, 'requested, but no request says how it fares'],
])('a task without a deciding request, after %i', (requests, said) => {
  expect(describeUndecided(requests)).toBe(said);
});
