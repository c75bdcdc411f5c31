/** Every form in which providers say how long to wait. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Headers } from '../../model/request.ts';
import { builtinResetHints } from '../../providers/signatures/reset-hints.ts';
import { parseErrorBody } from './error-body.ts';
import { findRetryAfter } from './retry-after.ts';
import {
  parseClockTime,
  parseDuration,
  parseSpokenDuration,
  parseTimeOfDay,
} from './spoken-time.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const hour = 3_600_000;

interface Said {
  readonly provider?: string;
  readonly status?: number;
  readonly headers?: Headers;
  readonly body?: string | object;
}

function find({
  provider = 'custom',
  status = 429,
  headers = {},
  body = '',
}: Said): ReturnType<typeof findRetryAfter> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return findRetryAfter({ provider, status, headers, body: parseErrorBody(text), now });
}

const says = (message: string) => ({ error: { message } });
const retryInfo = (retryDelay: string) => [
  { error: { details: [{ '@type': 'x', reason: 'y' }, { retryDelay }] } },
];

describe('findRetryAfter', () => {
  it.each<[string, Said, number | undefined]>([
    ['seconds', { headers: { 'retry-after': '2' } }, 2000],
    [
      'seconds beyond all dates, as a year',
      { headers: { 'retry-after': '99999999999999' } },
      366 * 24 * hour,
    ],
    ['seconds with blanks', { headers: { 'retry-after': ' 2 ' } }, 2000],
    ['a float', { headers: { 'retry-after': '1.5' } }, 1500],
    ['an HTTP date', { headers: { 'retry-after': 'Sat, 21 Nov 2026 12:00:20 GMT' } }, 20_000],
    ['a duration in the header', { headers: { 'retry-after': '1m30s' } }, 90_000],
    ['seconds that came twice', { headers: { 'retry-after': '5, 40' } }, 40_000],
    ['words in the header', { headers: { 'retry-after': '30 seconds' } }, 30_000],
    ['an ISO duration in the header', { headers: { 'retry-after': 'PT1M30S' } }, 90_000],
    [
      'a point in time in the header',
      { headers: { 'retry-after': String(now / 1000 + 40) } },
      40_000,
    ],
    ['the same in milliseconds', { headers: { 'retry-after': String(now + 40_000) } }, 40_000],
    ['a field of the error', { body: { error: { message: 'slow', retry_after: 17 } } }, 17_000],
    [
      'a field beside the error',
      { body: { error: { message: 'slow' }, retry_after: 17.5 } },
      17_500,
    ],
    ['the seconds to a reset', { body: { error: { resets_in_seconds: 13_872 } } }, 13_872_000],
    [
      'milliseconds, which win',
      { headers: { 'retry-after': '2', 'retry-after-ms': '1666' } },
      1666,
    ],
    ['Azure milliseconds', { headers: { 'retry-after': '2', 'x-ms-retry-after-ms': '300' } }, 300],
    [
      'a good header beside a bad one',
      { headers: { 'retry-after': '4', 'retry-after-ms': 'NaN' } },
      4000,
    ],
    ['Google RetryInfo', { body: retryInfo('46s') }, 46_000],
    ['Google RetryInfo with a fraction', { body: retryInfo('3.250s') }, 3250],
    ['minutes and seconds in prose', { body: says('Please try again in 7m12s.') }, 432_000],
    ['a fraction in prose', { body: says('Please try again in 1.666s. Visit the docs.') }, 1666],
    ['milliseconds in prose', { body: says('Please try again in 120ms') }, 120],
    ['words in prose', { body: says('please try again after 1 seconds') }, 1000],
    ['hours in prose', { body: says('usage limit, resets in 3hr 10min') }, 11_400_000],
    [
      'days, hours and minutes in prose',
      { body: says("You've hit your usage limit. Try again in 4 days 20 hours 9 minutes.") },
      116 * hour + 540_000,
    ],
    ['many seconds in prose', { body: says('Please retry in 37043.5s.') }, 37_043_500],
    ['"about" in prose', { body: says('Try again in about 2 minutes, please') }, 120_000],
    [
      'a time in prose',
      { body: says('limit reached, resets at 2026-11-21T12:10:00Z (2056)') },
      600_000,
    ],
    ['a time with a blank and UTC', { body: says('resets at 2026-11-21 12:10:00 UTC') }, 600_000],
    ['a time with an offset', { body: says('available at 2026-11-21T20:10:00+08:00') }, 600_000],
    ['a time of day', { body: says('Daily limit reached. It resets at 00:00 UTC.') }, 12 * hour],
    ['one that is over today', { body: says('available again at 11:30 (UTC)') }, 23.5 * hour],
    ['midnight elsewhere', { body: says('Quota resets at midnight Pacific time') }, 20 * hour],
    ['midnight in short', { body: says('resets daily at midnight PT.') }, 20 * hour],
    [
      'a time with its zone',
      { body: says("You've hit your limit · resets 3pm (Asia/Tokyo)") },
      18 * hour,
    ],
    ['half past nine in the evening', { body: says('try again at 9:30 pm UTC') }, 9.5 * hour],
    ['a time of nobody knows whose clock', { body: says('resets at 15:00') }, undefined],
    ['a time in an unknown zone', { body: says('resets at 15:00 (Mars/Base)') }, undefined],
    ['an invalid hour', { body: says('resets at 25:00 UTC') }, undefined],
    [
      "days and hours in .NET's notation",
      { body: says('Quota will be replenished in 1.02:03:04.') },
      26 * hour + 184_000,
    ],
    ['hours alone', { body: says('Quota will be replenished in 00:10:00.') }, 600_000],
    ['a service that is back', { body: says('It is back at 2026-11-21T12:10:00Z.') }, 600_000],
    ['one that renews', { body: says('It renews on 2026-11-22T12:00:00Z.') }, 24 * hour],
    ['prose of a plain body', { body: 'slow down, retry in 3 seconds' }, 3000],
    [
      "prose in a wrapper's message",
      { body: says('upstream: {"error":{"message":"try again in 9s","code":"x"}}') },
      9000,
    ],
    [
      'a header before prose',
      { headers: { 'retry-after': '2' }, body: says('try again in 7m12s') },
      2000,
    ],
    ['zero is ignored', { headers: { 'retry-after': '0' } }, undefined],
    ['a negative one is ignored', { headers: { 'retry-after': '-3' } }, undefined],
    ['a malformed one is ignored', { headers: { 'retry-after': 'soon' } }, undefined],
    ['a word with a number is no date', { headers: { 'retry-after': 'later 9999' } }, undefined],
    ['an ISO date in the header', { headers: { 'retry-after': '2026-11-21T12:00:20Z' } }, 20_000],
    ['a zero in prose is ignored', { body: says('try again in 0s') }, undefined],
    [
      'a date in the past is ignored',
      { headers: { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' } },
      undefined,
    ],
    [
      'a time without a zone is nobody’s',
      { body: says('resets at 2026-11-21 12:10:00') },
      undefined,
    ],
    [
      'numbers elsewhere say nothing',
      { body: says('request req_500_17 failed after 3 attempts') },
      undefined,
    ],
  ])('reads %s', (_name, said, expected) => {
    expect(find(said)?.ms).toBe(expected);
  });

  it.each<[string, Said, ReturnType<typeof find>]>([
    [
      'Anthropic, a subscription window that is closed',
      {
        provider: 'anthropic',
        headers: {
          'anthropic-ratelimit-unified-5h-status': 'rejected',
          'anthropic-ratelimit-unified-5h-reset': String(now / 1000 + 7200),
          'anthropic-ratelimit-unified-7d-status': 'allowed',
          'anthropic-ratelimit-unified-7d-reset': String(now / 1000 + 500_000),
        },
      },
      { ms: 2 * hour, from: 'anthropic-window-5h' },
    ],
    [
      'Anthropic, two closed windows: the later one',
      {
        provider: 'anthropic',
        headers: {
          'anthropic-ratelimit-unified-5h-status': 'rejected',
          'anthropic-ratelimit-unified-5h-reset': String(now / 1000 + 7200),
          'anthropic-ratelimit-unified-7d_oi-status': 'rejected',
          'anthropic-ratelimit-unified-7d_oi-reset': String(now / 1000 + 500_000),
        },
      },
      { ms: 500_000_000, from: 'anthropic-window-7d-oi' },
    ],
    [
      'Anthropic, an empty bucket in RFC 3339',
      {
        provider: 'anthropic',
        headers: {
          'anthropic-ratelimit-tokens-remaining': '0',
          'anthropic-ratelimit-tokens-reset': '2026-11-21T12:00:17Z',
          'anthropic-ratelimit-requests-remaining': '40',
          'anthropic-ratelimit-requests-reset': '2026-11-21T12:00:59Z',
        },
      },
      { ms: 17_000, from: 'anthropic-bucket-tokens' },
    ],
    [
      'Anthropic, the day on which access comes back',
      { provider: 'anthropic', body: says('You will regain access on 2026-12-01 at 00:00 UTC.') },
      { ms: 9 * 24 * hour + 12 * hour, from: 'any-regain-access' },
    ],
    [
      'OpenAI, a bucket that will be full is no wait',
      {
        provider: 'openai',
        headers: { 'x-ratelimit-reset-tokens': '59.622s', 'x-ratelimit-remaining-tokens': '0' },
      },
      undefined,
    ],
    [
      'OpenAI, a plan in Unix seconds',
      {
        provider: 'openai',
        body: { error: { type: 'usage_limit_reached', resets_at: now / 1000 + 60 } },
      },
      { ms: 60_000, from: 'any-error-resets-at' },
    ],
    [
      'OpenRouter, the budget of a workspace',
      {
        provider: 'openrouter',
        body: { error: { metadata: { resets_at: '2026-11-21T13:00:00Z' } } },
      },
      { ms: hour, from: 'openrouter-resets-at' },
    ],
    [
      'OpenRouter, milliseconds since 1970 among the metadata',
      {
        provider: 'openrouter',
        body: { error: { metadata: { headers: { 'X-RateLimit-Reset': String(now + hour) } } } },
      },
      { ms: hour, from: 'openrouter-limit-headers' },
    ],
    [
      'OpenRouter, the same as a header, when nothing remains',
      {
        provider: 'openrouter',
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now + hour) },
      },
      { ms: hour, from: 'openrouter-limit-reset' },
    ],
    [
      'Zhipu, a clock of Beijing without saying so',
      {
        provider: 'zhipu',
        body: says('Usage limit reached for 5 hour. Your limit will reset at 2026-11-21 21:00:00'),
      },
      { ms: hour, from: 'zhipu-reset-english' },
    ],
    [
      'Zhipu, in Chinese',
      {
        provider: 'zhipu',
        body: says('已达到 5 小时的使用上限。您的限额将在 2026-11-21 21:00:00 重置。'),
      },
      { ms: hour, from: 'any-reset-chinese' },
    ],
    [
      "another vendor's header, when nothing remains",
      {
        provider: 'openai',
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now + hour) },
      },
      { ms: hour, from: 'any-x-ratelimit-reset' },
    ],
    [
      'a bucket that is not the empty one',
      { headers: { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '30' } },
      undefined,
    ],
    [
      'a bucket beside a fault of the server',
      { status: 500, headers: { 'ratelimit-reset': '30' } },
      undefined,
    ],
    [
      'a bucket that says only when it is full',
      { headers: { 'ratelimit-reset': '30' } },
      { ms: 30_000, from: 'any-ratelimit-reset' },
    ],
    [
      'the header of a subscription as a whole',
      {
        headers: {
          'anthropic-ratelimit-unified-status': 'rejected',
          'anthropic-ratelimit-unified-reset': String(now / 1000 + 60),
        },
      },
      { ms: 60_000, from: 'any-anthropic-unified-reset' },
    ],
    [
      'a subscription that goes on',
      {
        headers: {
          'anthropic-ratelimit-unified-status': 'allowed_warning',
          'anthropic-ratelimit-unified-reset': String(now / 1000 + 60),
        },
      },
      undefined,
    ],
    [
      'a line of an agent',
      { body: `Claude AI usage limit reached|${now / 1000 + 60}` },
      { ms: 60_000, from: 'any-agent-limit-line' },
    ],
  ])('reads %s', (_name, said, expected) => {
    expect(find(said)).toEqual(expected);
  });
});

describe('a time that is written as its writer likes', () => {
  const forms: readonly (readonly [string, string | number])[] = [
    ['seconds since 1970', now / 1000 + 90],
    ['milliseconds since 1970', now + 90_000],
    ['the same as text', String(now + 90_000)],
    ['RFC 3339', '2026-11-21T12:01:30Z'],
    ['with a blank and a zone', '2026-11-21 12:01:30 UTC'],
    ['a duration', '1m30s'],
    ['seconds from now', 90],
  ];
  const places: readonly (readonly [string, (value: string | number) => Said])[] = [
    ['error.reset_at', (value) => ({ body: { error: { message: 'slow', reset_at: value } } })],
    ['reset_at', (value) => ({ body: { error: { message: 'slow' }, reset_at: value } })],
    [
      'error.resets_at',
      (value) => ({ provider: 'mistral', body: { error: { resets_at: value } } }),
    ],
    ['ratelimit-reset', (value) => ({ headers: { 'ratelimit-reset': String(value) } })],
    ['x-ratelimit-reset', (value) => ({ headers: { 'x-ratelimit-reset': String(value) } })],
    [
      'x-ratelimit-reset-after',
      (value) => ({ headers: { 'x-ratelimit-reset-after': String(value) } }),
    ],
    [
      'anthropic-ratelimit-unified-reset',
      (value) => ({ headers: { 'anthropic-ratelimit-unified-reset': String(value) } }),
    ],
  ];

  it.each(places)('is read in %s', (_place, say) => {
    for (const [form, value] of forms) expect([form, find(say(value))?.ms]).toEqual([form, 90_000]);
  });

  it.each(places)('that is over, or none, is not read in %s', (_place, say) => {
    for (const value of ['', 'soon', 0, now / 1000 - 5, '2026-11-21T11:00:00Z'])
      expect([value, find(say(value))]).toEqual([value, undefined]);
  });
});

describe('times and durations', () => {
  it.each([
    ['6m0s', 360_000],
    ['12ms', 12],
    ['250us', 0.25],
    ['1h2m3.5s', 3_723_500],
    ['soon', undefined],
    ['5', undefined],
  ])('reads the duration %s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    ['3hr 10min', 11_400_000],
    ['2 weeks', 14 * 24 * hour],
    ['1 day and 2 hours', 26 * hour],
    ['3 attempts', 0],
    ['5 minutes 3 attempts', 300_000],
  ])('reads the spoken duration %s', (text, expected) => {
    expect(parseSpokenDuration(text)).toBe(expected);
  });

  it.each([
    ['2026-11-21T12:00:00Z', undefined, now],
    ['2026-11-21T12:00:00.500Z', undefined, now + 500],
    ['2026-11-21 20:00:00', '+08:00', now],
    ['2026-11-21 12:00 UTC', undefined, now],
    ['2026-11-21 at 12:00 UTC', '+08:00', now],
    ['2026-11-21 12:00:00', undefined, undefined],
    ['2026-13-41T99:00:00Z', undefined, undefined],
    ['tomorrow', '+08:00', undefined],
  ])('reads the time %s with zone %s', (text, zone, expected) => {
    expect(parseClockTime(text, zone)).toBe(expected);
  });
});

describe('the reset hints', () => {
  it('are named once, after their provider, with a source and a sample', () => {
    expect(new Set(builtinResetHints.map(({ id }) => id)).size).toBe(builtinResetHints.length);
    for (const { id, provider, source, sample } of builtinResetHints) {
      expect(id).toMatch(new RegExp(`^${provider === '*' ? 'any' : provider}-[a-z0-9-]+$`));
      expect(source).toMatch(/^(\[(D|S|I|3|R)\] \S|n\/v\b)/);
      expect(sample).not.toBe('');
    }
  });
});

it('a time of day is within the next day, and that time in its zone', () => {
  const zone = fc.constantFrom('UTC', 'Asia/Tokyo', 'America/Los_Angeles', 'Asia/Kolkata');
  const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
  fc.assert(
    fc.property(zone, minute, fc.integer({ min: 0, max: 86_399 }), (timeZone, at, after) => {
      const asked = now + after * 1000;
      const clock = `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
      const found = parseTimeOfDay(`${clock} (${timeZone})`, asked) ?? 0;
      expect(found - asked).toBeGreaterThan(0);
      expect(found - asked).toBeLessThanOrEqual(24 * hour);
      const form = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
      expect(new Intl.DateTimeFormat('en-US', form).format(found)).toBe(clock);
    }),
  );
});
