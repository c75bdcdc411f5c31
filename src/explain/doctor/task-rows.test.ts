/** How a task fared lately, from its records and the sums of its use. */

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fakes/record.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { UsageRow } from '../../model/usage.ts';
import { makeTaskRow, type TaskRow } from './task-rows.ts';

const route = { task: 'title', isUsable: true, targets: [] };
const record = (at: number, more: Partial<RequestRecord>): RequestRecord =>
  recordOf({ id: `hfr_${at}`, at, task: 'title', model: 'title', ...more });
const failed = (at: number): RequestRecord => record(at, { outcome: 'failed', cause: 'billing' });
const answered = (at: number): RequestRecord => record(at, { answeredBy: 'one/m' });

const cases: readonly (readonly [
  string,
  readonly RequestRecord[],
  Pick<TaskRow, 'last' | 'failuresInARow'>,
])[] = [
  ['nobody has asked for', [], { failuresInARow: 0 }],
  [
    'answered last',
    [answered(2), failed(1)],
    { last: { at: 2, outcome: 'answered', answeredBy: 'one/m' }, failuresInARow: 0 },
  ],
  [
    'failed twice since an answer',
    [failed(3), failed(2), answered(1)],
    { last: { at: 3, outcome: 'failed', cause: 'billing' }, failuresInARow: 2 },
  ],
  [
    'that always failed, callers who left aside',
    [record(3, { outcome: 'client-gone' }), failed(2), failed(1)],
    { last: { at: 2, outcome: 'failed', cause: 'billing' }, failuresInARow: 2 },
  ],
  [
    'answered last, whatever our own checks of its keys say since',
    [{ ...failed(3), caller: 'holdfast-check' }, answered(2)],
    { last: { at: 2, outcome: 'answered', answeredBy: 'one/m' }, failuresInARow: 0 },
  ],
  ['only others have records of', [{ ...failed(1), task: 'main' }], { failuresInARow: 0 }],
];

describe('a task', () => {
  it.each(cases)('%s', (_name, records, expected) => {
    const { last, failuresInARow } = makeTaskRow(route, records, []);
    expect({ ...(last && { last }), failuresInARow }).toEqual(expected);
  });

  it('costs what its own rows say, discarded attempts included, which are no requests', () => {
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
    expect(makeTaskRow(route, [], rows)).toMatchObject({ requests: 3, usd: 0.5, unpriced: 2 });
  });
});
