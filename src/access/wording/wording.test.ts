import { describe, expect, it } from 'vitest';
import type { CandidateVerdict, UnlistedKeys } from '../../model/record.ts';
import { describeCandidates } from './wording.ts';

const now = 1000;
const verdict = (target: string, text: string, until?: number): CandidateVerdict => ({
  target,
  was: 'skipped',
  requests: 0,
  cause: 'held-back',
  ...(until === undefined ? {} : { until }),
  text,
});
const several = (count: number, target: string): readonly CandidateVerdict[] =>
  Array.from({ length: count }, (_, index) =>
    verdict(target, `${target} ${index}`, now + 12_000 + index),
  );
const six = several(6, 'a/m');
const firstSix = six.map(({ text }) => text).join('; ');

const lists: readonly {
  name: string;
  candidates: readonly CandidateVerdict[];
  unlisted?: readonly UnlistedKeys[];
  expected: string | undefined;
}[] = [
  { name: 'nobody', candidates: [], expected: undefined },
  { name: 'as many as are named', candidates: six, expected: firstSix },
  {
    name: 'one more, with its end',
    candidates: several(7, 'a/m'),
    expected: `${firstSix}; and 1 more key of a/m, next free in 13 s`,
  },
  {
    name: 'more of a list and beside it, with the first end of both',
    candidates: several(8, 'a/m'),
    unlisted: [{ target: 'a/m', count: 30, until: now + 9000 }],
    expected: `${firstSix}; and 32 more keys of a/m, next free in 9 s`,
  },
  {
    name: 'the first of a target that comes late',
    candidates: [...six, ...several(2, 'b/m')],
    expected: `${firstSix}; b/m 0; and 1 more key of b/m, next free in 13 s`,
  },
  {
    name: 'ends in minutes and hours',
    candidates: [verdict('a/m', 'a'), verdict('b/m', 'b')],
    unlisted: [
      { target: 'a/m', count: 2, until: now + 121_000 },
      { target: 'b/m', count: 2, until: now + 7_260_000 },
    ],
    expected:
      'a; b; and 2 more keys of a/m, next free in 3 min; and 2 more keys of b/m, next free in 2 h 1 min',
  },
  {
    name: 'keys of which nobody knows an end, and one that is free',
    candidates: [verdict('a/m', 'a')],
    unlisted: [
      { target: 'a/m', count: 2 },
      { target: 'b/m', count: 1, until: now },
    ],
    expected:
      'a; and 2 more keys of a/m; and b/m, free now: this request has used up its attempts or its time',
  },
  {
    name: 'what is true of every key of a target, once',
    candidates: Array.from({ length: 20 }, () => verdict('a/m', 'a/m was passed over: no')),
    expected: 'a/m was passed over: no',
  },
];

describe('who did not answer is told in one line:', () => {
  it.each(lists)('$name', ({ candidates, unlisted = [], expected }) => {
    expect(describeCandidates({ candidates, unlisted }, now)).toBe(expected);
  });
});
