/** How much of a limit is left, by the headers of the latest answer. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import type { LimitLeft } from '../../model/credential.ts';
import type { Headers } from '../../model/request.ts';
import { createLessons } from './lessons.ts';
import { findLimitLeft } from './limits-left.ts';

const start = Date.parse('2026-11-21T12:00:00Z');

function openaiHeaders(of: string, left: number, reset: string): Headers {
  return {
    [`x-ratelimit-limit-${of}`]: '200',
    [`x-ratelimit-remaining-${of}`]: String(left),
    [`x-ratelimit-reset-${of}`]: reset,
  };
}

function anthropicHeaders(of: string, left: number, reset: string): Headers {
  return {
    [`anthropic-ratelimit-${of}-limit`]: '200',
    [`anthropic-ratelimit-${of}-remaining`]: String(left),
    [`anthropic-ratelimit-${of}-reset`]: reset,
  };
}

const plan = {
  'anthropic-ratelimit-unified-5h-utilization': '0.75',
  'anthropic-ratelimit-unified-5h-reset': String(start / 1000 + 60),
};

const nothing = undefined;
const left = (of: string, share: number, seconds: number): LimitLeft => ({
  of,
  share,
  renewsAt: start + seconds * 1000,
  asOf: start,
});

describe('what an answer says of limits', () => {
  it.each<readonly [string, Headers, LimitLeft | undefined]>([
    ['nothing', { 'content-type': 'application/json' }, nothing],
    [
      'requests left, a duration',
      openaiHeaders('requests', 50, '1m30s'),
      left('requests', 0.25, 90),
    ],
    ['tokens left, seconds', openaiHeaders('tokens', 20, '7.5'), left('tokens', 0.1, 7.5)],
    ['nothing left', openaiHeaders('tokens', 0, '2m'), left('tokens', 0, 120)],
    ['more than its limit', openaiHeaders('tokens', 300, '2m'), left('tokens', 1, 120)],
    [
      'the smallest of two',
      { ...openaiHeaders('requests', 50, '1m'), ...openaiHeaders('tokens', 20, '2m') },
      left('tokens', 0.1, 120),
    ],
    [
      'one that is full again, and one that is not',
      { ...openaiHeaders('requests', 50, '1m'), ...openaiHeaders('tokens', 20, '0ms') },
      left('requests', 0.25, 60),
    ],
    [
      'a date',
      anthropicHeaders('input-tokens', 100, '2026-11-21T12:00:17Z'),
      left('input tokens', 0.5, 17),
    ],
    ['the used share of a plan', plan, left('plan for 5 hours', 0.25, 60)],
    ['no end', { 'x-ratelimit-limit-tokens': '9', 'x-ratelimit-remaining-tokens': '3' }, nothing],
    [
      'no number',
      { ...openaiHeaders('tokens', 20, '2m'), 'x-ratelimit-limit-tokens': 'many' },
      nothing,
    ],
    ...[
      [-1, '200'],
      [-0.5, '200'],
      [0, '0'],
      [0, '-1'],
      [20, '-1'],
      [20, '0'],
      [-1, '-1'],
    ].map(([remaining, limit]): readonly [string, Headers, undefined] => [
      `${remaining} of ${limit}, which both mean "not known"`,
      {
        ...openaiHeaders('tokens', Number(remaining), '2m'),
        'x-ratelimit-limit-tokens': String(limit),
      },
      nothing,
    ]),
    [
      'a limit that is not known, and one that is',
      { ...openaiHeaders('requests', -1, '1m'), ...openaiHeaders('tokens', 20, '2m') },
      left('tokens', 0.1, 120),
    ],
  ])('%s', (_, headers, expected) => {
    expect(findLimitLeft({ headers, asOf: start }, start)).toEqual(expected);
  });

  it('counts until the limit is full again, and until the next answer of the same key', () => {
    const { limits } = createLessons(createFakeHost({ now: start }).clock);
    const find = (key: string, now: number): LimitLeft | undefined =>
      findLimitLeft(limits.of(key), now);
    limits.learn('key', { headers: openaiHeaders('tokens', 20, '10s'), asOf: start });
    expect(find('another key', start)).toBeUndefined();
    expect(find('key', start + 9_999)).toEqual(left('tokens', 0.1, 10));
    limits.learn('key', { headers: openaiHeaders('tokens', 100, '10s'), asOf: start + 9_999 });
    expect(find('key', start + 9_999)?.share).toBe(0.5);
    expect(find('key', start + 19_999)).toBeUndefined();
  });
});
