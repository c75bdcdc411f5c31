/** Every form in which providers say how long to wait (B20 to B23, failures.md § 3.11). */

import { describe, expect, it } from 'vitest';
import { parseDuration, parseRetryAfter } from './retry-after.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', { 'retry-after': '2' }, '', 2000],
    ['a float', { 'retry-after': '1.5' }, '', 1500],
    ['B22: an HTTP date', { 'retry-after': 'Sat, 21 Nov 2026 12:00:20 GMT' }, '', 20_000],
    ['milliseconds, which win', { 'retry-after': '2', 'retry-after-ms': '1666' }, '', 1666],
    ['Azure milliseconds', { 'x-ms-retry-after-ms': '300' }, '', 300],
    ['Google RetryInfo', {}, '{"retryDelay": "46s"}', 46_000],
    ['minutes and seconds in prose', {}, 'Please try again in 7m12s.', 432_000],
    ['words in prose', {}, 'please try again after 1 seconds', 1000],
    ['hours in prose', {}, 'usage limit, resets in 3hr 10min', 11_400_000],
    ['a time in prose', {}, 'resets at 2026-11-21T12:10:00Z (2056)', 600_000],
    ['B20: zero is ignored', { 'retry-after': '0' }, '', undefined],
    ['B23: a negative one is ignored', { 'retry-after': '-3' }, '', undefined],
    ['B23: a malformed one is ignored', { 'retry-after': 'soon' }, '', undefined],
    ['A26: a date in the past is ignored', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, '', undefined],
    ['B25: numbers elsewhere say nothing', {}, 'request req_500_17 failed', undefined],
  ])('reads %s', (_name, headers, message, expected) => {
    expect(parseRetryAfter(headers, message, now)).toBe(expected);
  });

  it.each([
    ['6m0s', 360_000],
    ['12ms', 12],
    ['1h2m3.5s', 3_723_500],
    ['soon', undefined],
  ])('reads the duration %s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});
