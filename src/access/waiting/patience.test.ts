import { describe, expect, it } from 'vitest';
import { defaults } from '../../model/defaults.ts';
import { readAnnounced, waitEndsAt } from './patience.ts';

const streamed = { startedAt: 1_000_000, isWhole: false };
const whole = { startedAt: 1_000_000, isWhole: true };
const now = 1_000_000;
const streamedMs = defaults.maxWait.streamed * 1000;
const wholeMs = defaults.maxWait.whole * 1000;

describe('a wait for capacity', () => {
  it.each([
    ['streamed, from the beginning of the outage', streamed, now, undefined, now + streamedMs],
    ['streamed, into an outage of 60 s', streamed, now - 60_000, undefined, now - 60_000 + streamedMs],
    ['streamed, late: 14 s', streamed, now - streamedMs + 5000, undefined, now + 14_000],
    ['streamed, in an outage of hours: 14 s', streamed, now - 9_000_000, undefined, now + 14_000],
    ['whole', whole, now, undefined, now + wholeMs],
    ['whole, late: 14 s', whole, now - 60_000, undefined, now + 14_000],
    ['whole, and the outage began while it was under way', whole, now + 20_000, undefined, now + wholeMs],
    ['whole with a limit of 60 s', { ...whole, announcedMs: 60_000 }, now, undefined, now + 58_000],
    ['whole with a limit of 10 s', { ...whole, announcedMs: 10_000 }, now, undefined, now + 8000],
    ['whole with a limit of 600 s', { ...whole, announcedMs: 600_000 }, now, undefined, now + streamedMs],
    ['streamed with a limit of 60 s', { ...streamed, announcedMs: 60_000 }, now, undefined, now + 58_000],
    ['max_wait of 30 s', streamed, now, 30_000, now + 30_000],
    ['max_wait of 2 s, late', streamed, now - 60_000, 2000, now + 2000],
    ['max_wait of 300 s, whole', whole, now, 300_000, now + 300_000],
    ['a request of 10 s, streamed', { ...streamed, maxWaitMs: 10_000 }, now, undefined, now + 10_000],
    ['a task that is over before', { ...streamed, endsAt: now + 5000 }, now, undefined, now + 5000],
  ])('ends in time: %s', (_name, patience, beganAt, maxWaitMs, expected) => {
    expect(waitEndsAt(patience, beganAt, maxWaitMs)).toBe(expected);
  });

  it('takes a second try without a limit for one that has met its limit', () => {
    expect(readAnnounced({ 'x-stainless-retry-count': '0' })).toBeUndefined();
    expect(readAnnounced({ 'x-stainless-retry-count': '1' })).toBe(10_000);
    expect(readAnnounced({ 'x-stainless-retry-count': '2', 'x-stainless-timeout': '60' })).toBe(60_000);
  });

  it.each([
    ['60', 60_000],
    ['600.5', 600_500],
    ['0', undefined],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads the limit that a caller announces: %s', (header, expected) => {
    expect(readAnnounced(header === undefined ? {} : { 'x-stainless-timeout': header })).toBe(expected);
  });
});
