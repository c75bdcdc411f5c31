import { expect, it } from 'vitest';
import { judgeClock, readSkew, type ServerClock } from './server-clocks.ts';

const dayMs = 24 * 60 * 60_000;
const own = (skewMs: number | undefined, host = 'own.test'): ServerClock => ({
  baseUrl: `https://${host}/v1`,
  skewMs,
});
const vendor = (skewMs: number): ServerClock => own(skewMs, 'api.deepseek.com');

it.each<[string, ServerClock, readonly ServerClock[], string | undefined]>([
  ['a minute is nothing', own(-60_000), [], undefined],
  ['no date is nothing', own(undefined), [], undefined],
  [
    'one server alone proves nothing',
    own(-3 * dayMs + 900),
    [],
    "this machine's clock is 3 days behind that of https://own.test/v1, or the clock of that server is wrong",
  ],
  [
    'a vendor alone is believed',
    vendor(3 * dayMs),
    [],
    "this machine's clock is 3 days ahead of that of https://api.deepseek.com/v1",
  ],
  [
    'another server agrees with it',
    own(-3 * dayMs),
    [own(-3 * dayMs + 5000, 'two.test')],
    "this machine's clock is 3 days behind that of https://own.test/v1",
  ],
  [
    'another server agrees with this machine',
    own(-3 * dayMs),
    [own(900, 'two.test')],
    'the clock of https://own.test/v1 is 3 days ahead of that of https://two.test/v1',
  ],
  [
    'a vendor is believed before another server',
    own(3 * dayMs),
    [own(3 * dayMs, 'two.test'), vendor(0)],
    'the clock of https://own.test/v1 is 3 days behind that of https://api.deepseek.com/v1',
  ],
  [
    'a server of this machine has its clock, and one without a date has said nothing',
    own(-3 * dayMs),
    [own(0, '127.0.0.1:8000'), own(undefined, 'two.test')],
    "this machine's clock is 3 days behind that of https://own.test/v1, or the clock of that server is wrong",
  ],
])('%s', (_name, one, others, expected) => {
  expect(judgeClock(one, others)?.what).toBe(expected);
});

it.each([
  [null, undefined],
  ['yesterday', undefined],
  ['Wed, 21 Jan 2026 12:00:00 GMT', 5000],
])('reads the date %s', (date, skewMs) => {
  expect(readSkew(Date.parse('2026-01-21T12:00:05Z'), date)).toBe(skewMs);
});
