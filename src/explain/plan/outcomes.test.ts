/** How a task fares, from its records: what decides, and until when. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fakes/record.ts';
import { failureClasses, rowOfClass } from '../../failures/classes.ts';
import type { EndCause, RequestRecord } from '../../model/record.ts';
import { judgeOutcome, outcomeLifeMs } from './outcomes.ts';
import type { TaskOutcome } from './plan.ts';

const now = 100 * outcomeLifeMs;
const record = (ago: number, more: Partial<RequestRecord>): RequestRecord =>
  recordOf({ id: `hfr_${ago}`, at: now - ago, task: 'title', model: 'title', ...more });
const failed = (ago: number, cause: EndCause = 'billing'): RequestRecord => {
  const isClass = cause !== 'budget' && cause !== 'bound-to-account' && cause !== 'protocol';
  const failure = isClass ? { class: cause, rule: 'r', message: 'm' } : undefined;
  const attempt = { target: 't', credential: 'c', fingerprint: 'f', startedAt: 0, durationMs: 1 };
  return record(ago, { outcome: 'failed', cause, attempts: [{ ...attempt, failure }] });
};
const answered = (ago: number): RequestRecord => record(ago, { answeredBy: 'one/m' });
const judge = (records: readonly RequestRecord[], change?: string): Omit<TaskOutcome, 'task'> =>
  judgeOutcome(records, now, () => change);

/** What it met, the verdict, failures in a row, and how long ago the deciding request was. */
type Case = [
  name: string,
  records: readonly RequestRecord[],
  state: TaskOutcome['state'],
  inARow: number,
  ago: number | undefined,
];
const cases: Case[] = [
  ['nobody has asked for', [], 'unknown', 0, undefined],
  ['was answered last', [answered(2), failed(3)], 'answered', 0, 2],
  ['failed twice since an answer', [failed(1), failed(2), answered(3)], 'failed', 2, 1],
  [
    'was left last by its caller',
    [record(1, { outcome: 'client-gone' }), failed(2)],
    'failed',
    1,
    2,
  ],
  ...(['auth-rejected', 'auth-suspect', 'billing'] as const).map((cause): Case => {
    const left = { ...failed(1, cause), outcome: 'client-gone', cause: undefined } as const;
    return [`was left while its key was refused: ${cause}`, [left, answered(2)], 'failed', 1, 1];
  }),
  [
    'was left while its server was down',
    [{ ...failed(1, 'connect'), outcome: 'client-gone', cause: undefined }, answered(2)],
    'answered',
    0,
    2,
  ],
  [
    'was refused in our own check',
    [{ ...failed(1), caller: 'holdfast-check' }, answered(2)],
    'answered',
    0,
    2,
  ],
  ['ended by a fault of ours', [failed(1, 'local'), answered(2)], 'answered', 0, 2],
  ['had no budget', [failed(1, 'budget'), failed(2)], 'failed', 1, 2],
  [
    'met two bad requests',
    [failed(1, 'bad-request'), failed(2, 'bad-request')],
    'unknown',
    0,
    undefined,
  ],
  ['met three bad requests', [1, 2, 3].map((ago) => failed(ago, 'bad-request')), 'failed', 3, 1],
  [
    'met one bad request thirty times',
    Array.from({ length: 30 }, (_, ago) => ({ ...failed(ago, 'bad-request'), promptDigest: 'd' })),
    'unknown',
    0,
    undefined,
  ],
  ['met a bad request behind a failure', [failed(1, 'bad-request'), failed(2)], 'failed', 1, 2],
  ['failed more than a day ago', [failed(outcomeLifeMs + 1)], 'unknown', 1, outcomeLifeMs + 1],
];

describe('a task that', () => {
  it.each(cases)('%s', (_name, records, state, inARow, ago) => {
    const outcome = judge(records);
    expect([outcome.state, outcome.inARow, outcome.last?.at]).toEqual([
      state,
      inARow,
      ago === undefined ? undefined : now - ago,
    ]);
  });

  it('failed before something changed is unknown, and one that was answered stays so', () => {
    expect(judge([failed(1)], 'it was reset since')).toMatchObject({
      state: 'unknown',
      why: 'it was reset since',
    });
    expect(judge([answered(1)], 'it was reset since').state).toBe('answered');
  });

  it('failed stands, whatever the class, unless the class blames the request or us', () => {
    const classes = Object.keys(failureClasses) as (keyof typeof failureClasses)[];
    fc.assert(
      fc.property(fc.constantFrom(...classes), fc.integer({ min: 1, max: 50 }), (cause, many) => {
        const { blame, isRequestFault } = rowOfClass(cause);
        const records = Array.from({ length: many }, (_, ago) => failed(ago, cause));
        const isOther = blame === 'ourselves' || (isRequestFault === true && many < 3);
        expect(judge(records)).toMatchObject(
          isOther ? { state: 'unknown', inARow: 0 } : { state: 'failed', inARow: many },
        );
      }),
    );
  });
});
