/** Which requests a key would certainly refuse, and until when. */

import { describe, expect, it } from 'vitest';
import type { LimitReading } from '../../model/credential.ts';
import { findRefusal, noInput } from './certain-refusal.ts';

const start = 1_800_000_000_000;
const [secondMs, minuteMs, hourMs] = [1000, 60_000, 3_600_000];

function readingOf(facts: Partial<LimitReading>): LimitReading {
  const until = facts.renewsAt ?? start + (facts.lengthMs ?? minuteMs);
  const whose = { site: 'https://p.example/v1', account: 'a', credential: 'p:config' };
  return { ...whose, of: 'requests', left: 0, limit: 60, asOf: start, until, ...facts };
}

type Case = readonly [
  name: string,
  reading: Partial<LimitReading>,
  atMs: number,
  tokens: number,
  forMs: number | undefined,
];

const inMinute = { renewsAt: start + minuteMs };
const bucket = { refills: true, ...inMinute } as const;
const tokens = { of: 'tokens', left: 1000, limit: 61_000 };

describe('a request is certainly refused', () => {
  it.each<Case>([
    ['where no request is left until the reset', inMinute, 0, 0, minuteMs],
    ['until its very end', inMinute, minuteMs - 1, 0, minuteMs],
    ['not at its end', inMinute, minuteMs, 0, undefined],
    ['not with one left', { ...inMinute, left: 1 }, 0, 0, undefined],
    ['with half of one left', { ...inMinute, left: 0.5 }, 0, 0, minuteMs],
    ['without a reset, for its length', { lengthMs: 20 * secondMs }, 0, 0, 20 * secondMs],
    ['without both, for a minute', {}, 59 * secondMs, 0, minuteMs],
    ['of a bucket, until one has refilled', bucket, 0, 0, secondMs],
    ['of a bucket, not after that', bucket, secondMs, 0, undefined],
    ['of a bucket without a reset, for a minute', { refills: true }, 0, 0, minuteMs],
    [
      'of a bucket of no known size, until its reset',
      { ...bucket, limit: undefined },
      1000,
      0,
      minuteMs,
    ],
    [
      'of a window of a day, for a quarter of an hour',
      { renewsAt: start + 24 * hourMs },
      0,
      0,
      15 * minuteMs,
    ],
    ['not by an older reading', { renewsAt: start + 24 * hourMs }, 15 * minuteMs, 0, undefined],
    ['not by one from ahead', inMinute, -6 * secondMs, 0, undefined],
    ['by one a moment ahead', inMinute, -secondMs, 0, minuteMs],
    ['not where no number was said', { ...inMinute, left: undefined }, 0, 0, undefined],
    [
      'not by the share of a plan',
      { of: 'plan', share: 0, left: undefined, ...inMinute },
      0,
      9,
      undefined,
    ],
    ['by fewer tokens than its input', { ...tokens, ...inMinute }, 0, 1001, minuteMs],
    ['not by as many', { ...tokens, ...inMinute }, 0, 1000, undefined],
    [
      'of a bucket of tokens, until they have refilled',
      { ...tokens, ...bucket },
      0,
      3000,
      2 * secondMs,
    ],
    ['of a bucket of tokens, not then', { ...tokens, ...bucket }, 2 * secondMs, 3000, undefined],
    [
      'of a bucket, until its end where it needs more than all',
      { ...tokens, ...bucket },
      0,
      99_000,
      minuteMs,
    ],
    ['by tokens of a project', { ...tokens, of: 'project tokens', ...inMinute }, 0, 1001, minuteMs],
    ['by tokens of input', { ...tokens, of: 'input tokens', ...inMinute }, 0, 1001, minuteMs],
    [
      'not by tokens of answers',
      { ...tokens, of: 'output tokens', ...inMinute },
      0,
      9999,
      undefined,
    ],
    [
      'not where cached input is spared',
      { ...tokens, sparesCache: true, ...inMinute },
      0,
      9999,
      undefined,
    ],
    [
      'by requests, where cached input is spared',
      { sparesCache: true, ...inMinute },
      0,
      9999,
      minuteMs,
    ],
    ['not by a limit that is full', { ...bucket, left: 60 }, 0, 0, undefined],
  ])('%s', (_name, facts, atMs, needed, forMs) => {
    const need = { bytes: 4 * needed, tokens: () => needed };
    const found = findRefusal(readingOf(facts), need, start + atMs);
    expect(found === undefined ? undefined : found.until - start).toBe(forMs);
  });

  it('does not count the tokens of a request that is too short for it', () => {
    const count = (): number => {
      throw new Error('counted');
    };
    const reading = readingOf({ ...tokens, ...inMinute });
    expect(findRefusal(reading, { bytes: 1000, tokens: count }, start)).toBeUndefined();
    expect(findRefusal(readingOf(inMinute), noInput, start)).toEqual({
      of: 'requests',
      left: 0,
      need: 1,
      asOf: start,
      until: start + minuteMs,
    });
  });
});
