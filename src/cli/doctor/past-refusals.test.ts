/** What the records of refused keys tell, and when they keep silent. */

import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fakes/record.ts';
import type { FailureClass } from '../../model/failure.ts';
import type { RequestRecord } from '../../model/record.ts';
import {
  judgeFuture,
  keepComplete,
  leaveOutHeld,
  listDepartures,
  listPastRefusals,
} from './past-refusals.ts';

describe('the records', () => {
  const at = new Date(2026, 4, 29, 12).getTime();
  const attempt = (
    startedAt: number,
    fingerprint: string,
    isRefused: boolean,
    cause: FailureClass = 'auth-rejected',
  ): RequestRecord => {
    const failure = { class: cause, rule: 'r', message: 'm' } as const;
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

  it.each<readonly [cause: FailureClass, isTold: boolean]>([
    ['auth-rejected', true],
    ['auth-suspect', true],
    ['auth-revoked', true],
    ['account-closed', true],
    ['restricted-key', true],
    ['billing', true],
    ['forbidden-model', false],
    ['rate-limit', false],
  ])('tell of a key what its test would find: %s %s', (cause, isTold) => {
    const records = [attempt(at + 10, 'sha256:new', false), attempt(at, 'sha256:old', true, cause)];
    expect(listPastRefusals(records)).toHaveLength(isTold ? 1 : 0);
  });

  it.each([
    ['out', 'works', 0],
    ['works', 'out', 1],
    ['works', 'works', 1],
  ] as const)('say nothing of a key that is held back now: %s, %s', (old, other, told) => {
    const keys = [
      { state: old, fingerprint: 'sha256:old' },
      { state: other, fingerprint: 'sha256:new' },
    ];
    const records = [attempt(at + 10, 'sha256:new', false), ...refusals];
    const targets = [{ id: 'xiaomi/mimo', standing: { state: 'works' } as const, keys }];
    expect(listPastRefusals(leaveOutHeld(records, targets))).toHaveLength(told);
    const held = [{ id: 'xiaomi/mimo', standing: { state: 'out' } as const, keys: [] }];
    expect(listPastRefusals(leaveOutHeld(records, held))).toEqual([]);
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
