/** The zone that is told beside the end of a limit, where a provider names none. */

import { describe, expect, it } from 'vitest';
import { nameZone } from './retry-after.ts';

describe('a named end without a zone', () => {
  it.each([
    ['Your limit will reset at 2026-09-12 00:35:41', 'zhipu-reset-english', 'UTC+08:00'],
    ['您的限额将在 2026-08-25 07:41:44 重置。', 'any-reset-chinese', 'UTC+08:00'],
    ['quota resets at 2026-11-28 00:00:00', 'retry-after', 'no zone named'],
    ['Try again after 2026-11-28T09:30', undefined, 'no zone named'],
  ])('is told with it: %s', (words, from, zone) => {
    const at = /\d{4}-\S+[ T]?\d\d:\d\d(:\d\d)?/.exec(words)?.[0] ?? '';
    expect(nameZone(words, from)).toBe(words.replace(at, `${at} [${zone}]`));
  });

  it.each([
    'resets at 2026-05-15T15:00:00Z',
    'resets at 2026-05-15 15:00:00 UTC',
    'resets at 2026-05-15 15:00:00 (Asia/Tokyo)',
    'resets at 2026-05-15T15:00:00.123+09:00',
    'regain access on 2026-12-01 at 00:00 UTC',
    'log of 2026-05-15 15:00:00: too many requests',
  ])('and other times are left as they are: %s', (words) => {
    expect(nameZone(words, 'any-reset-chinese')).toBe(words);
  });
});
