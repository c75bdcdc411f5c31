/** The end of a window of hours or days, beside others that end sooner or are not used up. */

import { expect, it } from 'vitest';
import { classify, type Said } from '../../../test/fakes/classify.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const hour = 3_600_000;
const dayQuota = (retryDelay: string) => [
  {
    error: {
      message: 'You exceeded your current quota.',
      details: [{ violations: [{ quotaId: 'RequestsPerDayPerProject-FreeTier' }] }, { retryDelay }],
    },
  },
];

it.each<[string, Partial<Said>, number | undefined]>([
  ['a quota of a day, whatever short wait stands beside it', { body: dayQuota('38s') }, 20 * hour],
  [
    'the window that is used up, not one that ends later',
    {
      headers: {
        'x-ratelimit-remaining-tokens-day': '0',
        'x-ratelimit-reset-tokens-day': '600.5',
        'x-ratelimit-remaining-requests-day': '7',
        'x-ratelimit-reset-requests-day': '9000',
      },
    },
    600_500,
  ],
  [
    'the later one of two',
    {
      headers: {
        'x-ratelimit-remaining-requests-minute': '0',
        'x-ratelimit-reset-requests-minute': '20',
        'x-ratelimit-remaining-requests-day': '0',
        'x-ratelimit-reset-requests-day': '9000',
      },
    },
    9_000_000,
  ],
  [
    'a window of an hour, by its time',
    {
      headers: {
        'x-ratelimit-hour-remaining': '0',
        'x-ratelimit-hour-reset': String((now + 600_000) / 1000),
      },
    },
    600_000,
  ],
  [
    'none that does not say what is left',
    { headers: { 'x-ratelimit-reset-day': '600' } },
    undefined,
  ],
])('is that of %s', (_name, said, expected) => {
  expect(classify({ status: 429, now, ...said }).retryAfterMs).toBe(expected);
});
