/**
 * A target that fails while others answer: every failure class is told of, whether it opens a mark
 * or not, and no target that was asked is called untried.
 */

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fakes/record.ts';
import { recordOfTarget } from '../../access/report/ended.ts';
import { judgeLastRequests } from '../../explain/doctor/last-requests.ts';
import { judgeOutcome } from '../../explain/plan/outcomes.ts';
import type { Plan, RoutePlan } from '../../explain/plan/plan.ts';
import { failureClasses, isFailureClass, rowOfClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { RequestRecord } from '../../model/record.ts';
import { describeRoute } from './plan-lines.ts';

const now = 1_000_000;
const asked = { credential: 'c', fingerprint: 'f', startedAt: 0, durationMs: 1 };

/** One failed, and another answered. */
const rescued = (ago: number, cause: FailureClass): RequestRecord => {
  const failure = { class: cause, rule: 'r', message: 'm' };
  return recordOf({
    id: `hfr_${ago}`,
    at: now - ago,
    answeredBy: 'two/n',
    attempts: [
      { ...asked, target: 'one/m', failure },
      { ...asked, target: 'two/n' },
    ],
  });
};
const answered = recordOf({
  at: now,
  answeredBy: 'one/m',
  attempts: [{ ...asked, target: 'one/m' }],
});

function tell(
  records: readonly RequestRecord[],
  change?: string,
  ids: readonly string[] = ['one/m', 'two/n'],
): { readonly explain: string; readonly doctor: readonly string[] } {
  const targets = ids.map((id): RoutePlan['targets'][number] => {
    const own = records.flatMap((record) => recordOfTarget(record, id) ?? []);
    return {
      id,
      provider: id.slice(0, 3),
      baseUrl: `http://${id.slice(0, 3)}.test/v1`,
      reason: 'main',
      images: { seen: 'unknown' },
      outcome: judgeOutcome(own, now, () => change),
      standing: { state: 'untried' },
      keys: [],
    };
  });
  const route = { task: 'main', isUsable: true, next: { target: 'one/m' }, targets };
  const outcomes = [{ task: 'main', ...judgeOutcome(records, now, () => undefined) }];
  const plan: Plan = { at: now, config: '/h', routes: [route], tasksOff: [], outcomes };
  return {
    explain: describeRoute(route, now).split('\n')[2] ?? '',
    doctor: judgeLastRequests(plan).map(({ what, exit }) => `${exit} ${what}`),
  };
}

const classes = Object.keys(failureClasses).filter(isFailureClass);
const ofOthers = classes.filter((cause) => rowOfClass(cause).blame !== 'ourselves');

describe('a target that failed while another answered', () => {
  it.each(ofOthers)('is told of by explain and doctor: %s, four times', (cause) => {
    const { explain, doctor } = tell([1, 2, 3, 4].map((ago) => rescued(ago, cause)));
    expect(explain).toBe(`     ✗ no key is needed; failed 0 s ago (${cause}), 4 in a row`);
    expect(doctor).toEqual([
      expect.stringMatching(
        /^0 one\/m .*\(the last request 0 s ago, as were 3 before it\); others answer in its place$/,
      ),
    ]);
  });

  it.each(ofOthers)('is not called untried after one request: %s', (cause) => {
    const { explain, doctor } = tell([rescued(1, cause)]);
    const isOfRequest = rowOfClass(cause).isRequestFault === true;
    const sign = isOfRequest ? '?' : '✗';
    expect(explain).toBe(`     ${sign} no key is needed; failed 0 s ago (${cause})`);
    expect(doctor).toHaveLength(isOfRequest ? 0 : 1);
  });

  it.each(ofOthers)('is told no more once it has answered: %s', (cause) => {
    const { explain, doctor } = tell([answered, ...[1, 2, 3].map((ago) => rescued(ago, cause))]);
    expect([explain, doctor]).toEqual(['     ✓ no key is needed; answered 0 s ago', []]);
  });

  it('is unknown once something has changed, which is said', () => {
    const { explain, doctor } = tell([rescued(1, 'timeout')], 'it was reset since');
    expect(explain).toBe('     ? no key is needed; failed 0 s ago (timeout); it was reset since');
    expect(doctor).toEqual([]);
  });

  it('is told once where its task is not answered either', () => {
    const [failure] = rescued(1, 'timeout').attempts;
    const failed = recordOf({ at: now - 1, outcome: 'failed', attempts: failure ? [failure] : [] });
    expect(tell([failed]).doctor).toEqual([expect.stringMatching(/^4 main is not answered: /)]);
  });

  it.each(ofOthers)('has nobody in its place where no other is on its route: %s', (cause) => {
    const [failure] = rescued(1, cause).attempts;
    const left = recordOf({
      at: now - 1,
      outcome: 'client-gone',
      attempts: failure ? [failure] : [],
    });
    const { doctor } = tell([left], undefined, ['one/m']);
    const isOfRequest = rowOfClass(cause).isRequestFault === true;
    expect(doctor).toHaveLength(isOfRequest ? 0 : 1);
    expect(doctor.filter((line) => !/^4 (one\/m|main) [^;]*$/.test(line))).toEqual([]);
  });

  it('is untried only where nobody has asked it', () => {
    expect(tell([]).explain).toBe('     ? no key is needed; not tried yet');
  });
});

describe('a request that is refused for its own sake', () => {
  const own = ofOthers.filter((cause) => rowOfClass(cause).isRequestFault === true);
  it.each(own)('decides nothing, and is the last outcome of its task: %s', (cause) => {
    const [failure] = rescued(1, cause).attempts;
    const refused = recordOf({
      at: now - 1,
      outcome: 'failed',
      attempts: failure ? [failure] : [],
    });
    expect(judgeOutcome([refused], now, () => undefined)).toMatchObject({
      state: 'unknown',
      inARow: 0,
      refused,
    });
    const before = { ...answered, at: now - 2 };
    expect(judgeOutcome([refused, before], now, () => undefined)).toMatchObject({
      state: 'answered',
      last: before,
      refused,
    });
  });
});
