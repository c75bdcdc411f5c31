import { describe, expect, it } from 'vitest';
import { defaults } from '../../model/defaults.ts';
import type { Headers } from '../../model/request.ts';
import { readAnnounced } from '../request/departed-callers.ts';
import { waitEndsAt } from './patience.ts';

const streamed = { startedAt: 1_000_000, isWhole: false };
const whole = { startedAt: 1_000_000, isWhole: true };
const now = 1_000_000;
const streamedMs = defaults.maxWait.streamed * 1000;
const wholeMs = defaults.maxWait.whole * 1000;

describe('a wait for capacity', () => {
  it.each([
    ['streamed, from the beginning of the outage', streamed, now, undefined, now + streamedMs],
    [
      'streamed, into an outage of 60 s',
      streamed,
      now - 60_000,
      undefined,
      now - 60_000 + streamedMs,
    ],
    ['streamed, late: 14 s', streamed, now - streamedMs + 5000, undefined, now + 14_000],
    ['streamed, in an outage of hours: 14 s', streamed, now - 9_000_000, undefined, now + 14_000],
    ['whole', whole, now, undefined, now + wholeMs],
    ['whole, late: 14 s', whole, now - 60_000, undefined, now + 14_000],
    [
      'whole, and the outage began while it was under way',
      whole,
      now + 20_000,
      undefined,
      now + wholeMs,
    ],
    ['whole with a limit of 60 s', { ...whole, announcedMs: 60_000 }, now, undefined, now + 58_000],
    ['whole with a limit of 10 s', { ...whole, announcedMs: 10_000 }, now, undefined, now + 8000],
    [
      'whole with a limit of 600 s',
      { ...whole, announcedMs: 600_000 },
      now,
      undefined,
      now + streamedMs,
    ],
    [
      'streamed with a limit of 60 s',
      { ...streamed, announcedMs: 60_000 },
      now,
      undefined,
      now + 58_000,
    ],
    ['max_wait of 30 s', streamed, now, 30_000, now + 30_000],
    ['max_wait of 2 s, late', streamed, now - 60_000, 2000, now + 2000],
    ['max_wait of 300 s, whole', whole, now, 300_000, now + 300_000],
    [
      'a request of 10 s, streamed',
      { ...streamed, maxWaitMs: 10_000 },
      now,
      undefined,
      now + 10_000,
    ],
    ['a task that is over before', { ...streamed, endsAt: now + 5000 }, now, undefined, now + 5000],
  ])('ends in time: %s', (_name, patience, beganAt, maxWaitMs, expected) => {
    expect(waitEndsAt(patience, beganAt, maxWaitMs)).toBe(expected);
  });

  it.each([
    ['of an answer that is not streamed', whole],
    ['of a stream', streamed],
  ])('is 25 s for who was refused and comes again: %s', (_name, patience) => {
    expect(waitEndsAt({ ...patience, isBack: true }, now - 9_000_000)).toBe(now + wholeMs);
  });

  it.each<[Headers, number | undefined]>([
    [{ 'x-stainless-retry-count': '2' }, undefined],
    [{ 'x-stainless-read-timeout': '600.0' }, 600_000],
    [{ 'x-stainless-timeout': '600', 'x-stainless-read-timeout': '20' }, 20_000],
    [{ 'x-stainless-timeout': 'NOT_GIVEN', 'x-server-timeout': '30' }, 30_000],
    [{ 'x-stainless-timeout': 'Infinity' }, undefined],
    [{ 'x-stainless-timeout': '-5' }, undefined],
    [{ 'x-envoy-expected-rq-timeout-ms': '15000' }, 15_000],
    [{ 'grpc-timeout': '2M' }, 120_000],
    [{ 'grpc-timeout': '1H' }, 3_600_000],
    [{ 'grpc-timeout': '9000000u' }, 9000],
    [{ 'grpc-timeout': '90' }, undefined],
    [{ 'grpc-timeout': '' }, undefined],
  ])(
    'reads every header in which a client announces its limit, the shortest of several: %j',
    (headers, expected) => {
      expect(readAnnounced(headers, false)).toBe(expected);
    },
  );

  it.each<[Headers, number | undefined]>([
    [{ 'x-stainless-read-timeout': '20' }, undefined],
    [{ 'x-stainless-read-timeout': '10' }, 10_000],
    [{ 'x-stainless-read-timeout': '20', 'x-stainless-timeout': '60' }, 60_000],
    [{ 'x-server-timeout': '20' }, 20_000],
  ])(
    'takes no limit of silence from a stream that shows signs of life in time: %j',
    (headers, expected) => {
      expect(readAnnounced(headers, true)).toBe(expected);
    },
  );

  it.each([
    ['60', 60_000],
    ['600.5', 600_500],
    ['0', undefined],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads the limit that a caller announces: %s', (header, expected) => {
    const headers = header === undefined ? {} : { 'x-stainless-timeout': header };
    expect(readAnnounced(headers, false)).toBe(expected);
  });
});
