/** The limit windows of an account, by the headers of its latest answers. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inSeconds,
  model,
  planHeaders,
  stageLimits,
  start,
} from '../../../test/fakes/limit-stage.ts';
import type { LimitWindow } from '../../model/credential.ts';
import type { Headers } from '../../model/request.ts';
import { countsModel } from './limit-windows.ts';

const [secondMs, minuteMs, hourMs, dayMs] = [1000, 60_000, 3_600_000, 86_400_000];

function listOf(headers: Headers, vendor?: string): readonly LimitWindow[] {
  const { note, list } = stageLimits(vendor);
  note(headers);
  return list();
}

function openai(of: string, left: string | number, reset = '1m', limit: string | number = 200) {
  return {
    [`x-ratelimit-limit-${of}`]: String(limit),
    [`x-ratelimit-remaining-${of}`]: String(left),
    [`x-ratelimit-reset-${of}`]: reset,
  };
}

function claude(of: string, left: number, reset: string) {
  return {
    [`anthropic-ratelimit-${of}-limit`]: '200',
    [`anthropic-ratelimit-${of}-remaining`]: String(left),
    [`anthropic-ratelimit-${of}-reset`]: reset,
  };
}

function codex(name: string, used: number | string, minutes: number, resetMs = hourMs): Headers {
  return {
    [`x-codex-${name}-used-percent`]: String(used),
    [`x-codex-${name}-window-minutes`]: String(minutes),
    [`x-codex-${name}-reset-at`]: inSeconds(resetMs),
  };
}

const minute = { lengthMs: minuteMs, refills: true } as const;
const at = (ms: number) => ({ renewsAt: start + ms });
const fiveHours = { of: 'plan', lengthMs: 5 * hourMs };
const week = { of: 'plan', lengthMs: 7 * dayMs };

type Said = readonly [name: string, headers: Headers, expected: readonly Partial<LimitWindow>[]];

describe('what an answer says of limits', () => {
  it.each<Said>([
    ['nothing', { 'content-type': 'application/json', 'x-request-id': '1' }, []],
    [
      'thousands with commas',
      openai('tokens', '1,500', '1m', '200,000'),
      [{ of: 'tokens', ...minute, share: 0.0075, left: 1500, limit: 200_000, ...at(minuteMs) }],
    ],
    [
      'requests left, a duration, of no known length',
      openai('requests', 50, '1m30s'),
      [{ of: 'requests', model, refills: true, share: 0.25, left: 50, limit: 200, ...at(90_000) }],
    ],
    [
      'tokens left, seconds',
      openai('tokens', 20, '7.5'),
      [{ of: 'tokens', ...minute, share: 0.1, ...at(7500) }],
    ],
    ['milliseconds', openai('tokens', 20, '12ms'), [{ of: 'tokens', ...at(12) }]],
    ['nothing left', openai('tokens', 0, '2m'), [{ of: 'tokens', share: 0, left: 0 }]],
    ['more than its limit', openai('tokens', 300, '2m'), [{ of: 'tokens', share: 1 }]],
    [
      'tokens of a project',
      openai('project-tokens', 57_000, '3s', 60_000),
      [{ of: 'project tokens', ...minute, share: 0.95, ...at(3000) }],
    ],
    [
      'two, that with the least left first',
      { ...openai('requests', 50), ...openai('tokens', 20, '2m') },
      [
        { of: 'tokens', share: 0.1 },
        { of: 'requests', share: 0.25 },
      ],
    ],
    [
      'one that is full again, and one that is not',
      { ...openai('requests', 50), ...openai('tokens', 20, '0ms') },
      [{ of: 'requests' }],
    ],
    ['no reset of a bucket', { ...openai('tokens', 3), 'x-ratelimit-reset-tokens': 'soon' }, []],
    ['no number', openai('tokens', 'many'), []],
    ['no limit', { ...openai('tokens', 3), 'x-ratelimit-limit-tokens': 'none' }, []],
    [
      'no limit, of which nothing is left',
      { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '2m' },
      [{ of: 'tokens', share: 0, left: 0, limit: undefined, ...at(2 * minuteMs) }],
    ],
    ...[
      [-1, '200'],
      [-0.5, '200'],
      [0, '0'],
      [0, '-1'],
      [20, '-1'],
      [20, '0'],
      [-1, '-1'],
    ].map(
      ([left, limit]): Said => [
        `${left} of ${limit}, which both mean "not known"`,
        openai('tokens', left ?? '', '2m', limit),
        [{ of: 'tokens', share: undefined, left: undefined, limit: undefined }],
      ],
    ),
    [
      'Azure, where nothing is known, beside what is',
      { ...openai('requests', -1, '0', -1), ...openai('tokens', 20, '2') },
      [
        { of: 'tokens', share: 0.1, ...at(2000) },
        { of: 'requests', share: undefined, asOf: start },
      ],
    ],
    [
      'windows that begin anew, by the day and the minute',
      {
        ...openai('requests-day', 9500, '33011.38', 10_000),
        ...openai('tokens-minute', 100, '30.2'),
      },
      [
        { of: 'tokens', lengthMs: minuteMs, refills: undefined, share: 0.5, ...at(30_200) },
        { of: 'requests', lengthMs: dayMs, refills: undefined, share: 0.95, ...at(33_011_380) },
      ],
    ],
    [
      'a window without a reset',
      { 'x-ratelimit-limit-req-minute': '720', 'x-ratelimit-remaining-req-minute': '0' },
      [{ of: 'requests', lengthMs: minuteMs, share: 0, renewsAt: undefined }],
    ],
    [
      "OpenRouter's, with a refusal",
      {
        'x-ratelimit-limit': '50',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(start + 9 * hourMs),
      },
      [{ of: 'requests', lengthMs: undefined, share: 0, limit: 50, ...at(9 * hourMs) }],
    ],
    [
      'dates',
      {
        ...claude('requests', 200, '2026-11-21T12:00:01Z'),
        ...claude('input-tokens', 100, '2026-11-21T12:00:17Z'),
        ...claude('output-tokens', 150, '2026-11-21T12:00:16Z'),
        ...claude('tokens', 180, '2026-11-21T12:00:17Z'),
      },
      [
        { of: 'input tokens', model, ...minute, share: 0.5, ...at(17_000) },
        { of: 'output tokens', share: 0.75 },
        { of: 'tokens', share: 0.9 },
        { of: 'requests', share: 1 },
      ],
    ],
    [
      'a plan, of all models and of some',
      {
        'anthropic-ratelimit-unified-status': 'allowed',
        'anthropic-ratelimit-unified-reset': inSeconds(hourMs),
        'anthropic-ratelimit-unified-fallback-percentage': '0.5',
        'anthropic-ratelimit-unified-overage-utilization': '0.9',
        ...planHeaders('5h', 0.75, hourMs),
        ...planHeaders('7d', '0', 3 * dayMs),
        ...planHeaders('7d_sonnet', 1, 3 * dayMs),
        ...planHeaders('7d_oi', 1.01),
      },
      [
        { ...week, model: 'sonnet', share: 0, ...at(3 * dayMs) },
        { ...week, model: 'oi', share: 0, renewsAt: undefined },
        { ...fiveHours, model: undefined, share: 0.25, left: undefined, ...at(hourMs) },
        { ...week, model: undefined, share: 1 },
      ],
    ],
    ['a used share that is not a number', planHeaders('5h', 'much', hourMs), []],
    [
      'a used share below zero',
      planHeaders('5h', -1, hourMs),
      [{ ...fiveHours, share: undefined }],
    ],
    [
      "ChatGPT's plan: 5 hours and a week",
      { ...codex('primary', 12.5, 300), ...codex('secondary', '70', 10_080, 2 * dayMs) },
      [
        { ...week, share: 0.3, ...at(2 * dayMs) },
        { ...fiveHours, share: 0.875, ...at(hourMs) },
      ],
    ],
    [
      'the week first, and no other',
      {
        ...codex('primary', 21, 10_080),
        'x-codex-secondary-used-percent': '0',
        'x-codex-secondary-window-minutes': '0',
        'x-codex-secondary-reset-after-seconds': '0',
        'x-codex-plan-type': 'pro',
      },
      [{ ...week, share: 0.79 }],
    ],
    [
      'a reset as seconds from now',
      {
        'x-codex-primary-used-percent': '100',
        'x-codex-primary-window-minutes': '300',
        'x-codex-primary-reset-after-seconds': '1200',
      },
      [{ ...fiveHours, share: 0, ...at(1200 * secondMs) }],
    ],
    [
      'a window of one model, as it is named',
      {
        ...codex('primary', 10, 300),
        ...codex('bengalfox-primary', 88, 300),
        'x-codex-bengalfox-limit-name': 'GPT-5.3-Codex-Spark',
        ...codex('other-secondary', 50, 10_080),
      },
      [
        { ...fiveHours, model: 'GPT-5.3-Codex-Spark' },
        { ...week, model: 'other' },
        { ...fiveHours, model: undefined },
      ],
    ],
    [
      'a name that holds a secret',
      { ...codex('x-primary', 10, 300), 'x-codex-x-limit-name': 'my secret' },
      [{ ...fiveHours, model: 'my ***' }],
    ],
  ])('%s', (_, headers, expected) => {
    const found = listOf(headers).map((window, index) => ({
      ...Object.fromEntries(Object.keys(expected[index] ?? {}).map((field) => [field, undefined])),
      ...window,
      share: window.share && Math.round(window.share * 1e6) / 1e6,
    }));
    expect(found).toMatchObject(expected);
    expect(found).toHaveLength(expected.length);
  });

  it("is a day's of Groq's requests", () => {
    const headers = openai('requests', 14_370, '2m59.56s', 14_400);
    expect(listOf(headers, 'groq')).toMatchObject([{ lengthMs: dayMs, left: 14_370 }]);
    expect(listOf(headers, 'openai')[0]?.lengthMs).toBeUndefined();
  });

  it('is a share from 0 to 1 or unknown, whatever the numbers are', () => {
    const number = fc.oneof(fc.double().map(String), fc.string(), fc.integer().map(String));
    const names = [
      'remaining-tokens',
      'limit-tokens',
      'reset-tokens',
      'remaining',
      'limit',
      'reset',
    ]
      .map((name) => `x-ratelimit-${name}`)
      .concat(Object.keys({ ...planHeaders('5h', 1, 1), ...codex('primary', 1, 1) }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), number), (headers) => {
        for (const { share = 0, lengthMs = 1, renewsAt = start } of listOf(headers)) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
          expect(lengthMs).toBeGreaterThan(0);
          expect(Number.isFinite(renewsAt)).toBe(true);
        }
      }),
    );
  });
});

describe('what is known of an account', () => {
  it('is the latest of each model, and of a plan the latest of all', () => {
    const { note, list } = stageLimits();
    note({ ...openai('tokens', 20), ...planHeaders('5h', 0.5, hourMs) });
    note({ ...openai('tokens', 100), ...planHeaders('5h', 0.6, hourMs) }, 5000, {
      model: 'gpt-5-mini',
    });
    note({ 'content-type': 'text/html' }, 6000);
    expect(list(7000)).toMatchObject([
      { of: 'tokens', model, share: 0.1, asOf: start },
      { of: 'plan', model: undefined, share: 0.4, asOf: start + 5000 },
      { of: 'tokens', model: 'gpt-5-mini', share: 0.5, asOf: start + 5000 },
    ]);
    note(openai('tokens', 150), 8000);
    expect(list(8000).map(({ share }) => share)).toEqual([0.4, 0.5, 0.75]);
  });

  it.each<readonly [string, Headers, readonly (readonly [number, number | null | undefined])[]]>([
    // [ms after the reading, share left; null: not told]
    [
      'a bucket is told until it is full',
      openai('tokens', 20, '10s'),
      [
        [9999, 0.1],
        [10_000, null],
      ],
    ],
    [
      'a plan is told until it renews, then as unknown for once more its length',
      planHeaders('5h', 0.75, hourMs),
      [
        [hourMs - 1, 0.25],
        [hourMs, undefined],
        [6 * hourMs - 1, undefined],
        [6 * hourMs, null],
      ],
    ],
    [
      'one without a reset lasts as long as it is',
      planHeaders('7d_oi', 0.5),
      [
        [7 * dayMs - 1, 0.5],
        [7 * dayMs, undefined],
        [14 * dayMs, null],
      ],
    ],
    [
      'one of no length ends with its reset',
      {
        ...openai('x', 1),
        'x-ratelimit-limit': '5',
        'x-ratelimit-remaining': '1',
        'x-ratelimit-reset': '60',
      },
      [
        [59_999, 0.2],
        [60_000, undefined],
        [120_000, null],
      ],
    ],
    [
      'what is not known is told for a minute',
      openai('tokens', -1, '0', -1),
      [
        [59_999, undefined],
        [60_000, null],
      ],
    ],
  ])('%s', (_, headers, expected) => {
    const { note, list } = stageLimits();
    note(headers);
    const told = expected.map(([ms]) => {
      const [window] = list(ms);
      return [ms, window === undefined ? null : window.share];
    });
    expect(told).toEqual(expected);
  });
});

it.each<readonly [string | undefined, string, string, boolean]>([
  [undefined, 'plan', 'claude-opus-4-7', true],
  ['opus', 'plan', 'claude-opus-4-7', true],
  ['opus', 'plan', 'claude-sonnet-4-6', false],
  ['GPT-5.3-Codex-Spark', 'plan', 'gpt-5.3-codex-spark', true],
  ['gpt-5', 'tokens', 'gpt-5', true],
  ['gpt-5', 'tokens', 'gpt-5-mini', false],
])('a window of %s counts, of a %s, the model %s: %s', (of, what, asked, expected) => {
  expect(countsModel({ of: what, model: of, asOf: start }, asked)).toBe(expected);
});
