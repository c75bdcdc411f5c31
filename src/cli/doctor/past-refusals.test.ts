/** What the records of refused keys tell, and when they keep silent. */

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fakes/record.ts';
import type { RequestRecord } from '../../model/record.ts';
import { judgeFuture, keepComplete, listDepartures, listPastRefusals } from './past-refusals.ts';

describe('the records', () => {
  const at = new Date(2026, 4, 29, 12).getTime();
  const attempt = (startedAt: number, fingerprint: string, isRefused: boolean): RequestRecord => {
    const failure = { class: 'auth-rejected', rule: 'r', message: 'm' } as const;
    const asked = { target: 'xiaomi/mimo', credential: 'c', fingerprint, startedAt, durationMs: 1 };
    return recordOf({ attempts: [isRefused ? { ...asked, status: 401, failure } : asked] });
  };
  const refusals = [1, 2, 3].map((ms) => attempt(at + ms, 'sha256:old', true));

  it('tell trouble that has ended in one line', () => {
    const answers = Array.from({ length: 412 }, (_, index) =>
      attempt(at + 10 + index, 'sha256:new', false),
    );
    expect(
      listPastRefusals([...answers, ...refusals]).map(({ what, exit }) => [what, exit]),
    ).toEqual([
      [
        '29 May: 3 × 401 from xiaomi with the key sha256:old; since then 412 answers with another key',
        0,
      ],
    ]);
  });

  it('say nothing of one that goes on: the key itself is told', () => {
    expect(listPastRefusals(refusals)).toEqual([]);
  });
});

describe('callers that leave', () => {
  const now = 10 * 60_000;
  const leave = (at: number, durationMs: number, outcome: RequestRecord['outcome']) =>
    recordOf({
      at,
      durationMs,
      outcome,
      caller: 'bot (user-agent)',
      streamed: false,
      attempts: [],
    });
  const gone = [1, 2, 3].map((at) => leave(at * 1000, 3000 + at, 'client-gone'));

  it.each([
    ['after one time, thrice', gone, /^the last 3 requests of bot .* each after 3\.0 s/],
    ['after any time', [...gone, leave(4000, 9000, 'client-gone')], undefined],
    ['twice', gone.slice(1), undefined],
    ['and have had an answer since', [...gone, leave(5000, 4000, 'answered')], undefined],
  ])('%s', (_name, records, told) => {
    const [trouble] = listDepartures(records, now);
    if (told === undefined) expect(trouble).toBeUndefined();
    else {
      expect(trouble?.what).toMatch(told);
      expect(trouble?.fix?.text).toMatch(/raise the timeout of that caller, or let it ask/);
    }
  });

  it('say nothing of a time of which not all records were read', () => {
    const others = [90, 91].map((second) => recordOf({ at: second * 1000, caller: 'another' }));
    expect(listDepartures(keepComplete([gone, others], 3), now)).toHaveLength(1);
    expect(listDepartures(keepComplete([gone, others], 2), now)).toEqual([]);
  });
});

it('records from later than now are told as those of another clock', () => {
  const now = Date.UTC(2026, 0, 1);
  const [past, near, far] = [-1, 60_000, 24 * 60 * 60_000].map((ms) => recordOf({ at: now + ms }));
  expect(
    judgeFuture(
      [past, near].flatMap((one) => one ?? []),
      now,
    ),
  ).toEqual([]);
  const [told] = judgeFuture(
    [past, far].flatMap((one) => one ?? []),
    now,
  );
  expect(told?.what).toMatch(/^the records have 1 request from the future, .* 2026-01-02T00:00/);
});
