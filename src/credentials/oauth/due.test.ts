/** When a token is to be renewed, as a table. */

import { describe, expect, it } from 'vitest';
import { judgeAge } from './due.ts';

const hour = 3_600_000;

describe('the age of a token', () => {
  it.each([
    { name: 'an hour, just received', lifeMs: hour, leftMs: hour, jitter: 0, age: 'fresh' },
    {
      name: 'an hour, just before five minutes are left',
      lifeMs: hour,
      leftMs: 300_001,
      jitter: 0,
      age: 'fresh',
    },
    { name: 'an hour, five minutes left', lifeMs: hour, leftMs: 300_000, jitter: 0, age: 'soon' },
    {
      name: 'an hour, jitter begins a minute earlier',
      lifeMs: hour,
      leftMs: 359_000,
      jitter: 0.999,
      age: 'soon',
    },
    { name: 'an hour, half a minute left', lifeMs: hour, leftMs: 30_000, jitter: 0, age: 'late' },
    { name: 'an hour, at its end', lifeMs: hour, leftMs: 0, jitter: 0, age: 'over' },
    { name: 'ten seconds, a fifth left', lifeMs: 10_000, leftMs: 2000, jitter: 0, age: 'soon' },
    { name: 'ten seconds, a twentieth left', lifeMs: 10_000, leftMs: 500, jitter: 0, age: 'late' },
    { name: 'of no life at all', lifeMs: 0, leftMs: 0, jitter: 0, age: 'over' },
  ])('$name: $age', ({ lifeMs, leftMs, jitter, age }) => {
    const now = 1_800_000_000_000;
    const expiresAt = now + leftMs;
    expect(judgeAge({ receivedAt: expiresAt - lifeMs, expiresAt }, now, jitter)).toBe(age);
  });

  it('is fresh for ever where the server names no end', () => {
    expect(judgeAge({ receivedAt: 0 }, Number.MAX_SAFE_INTEGER, 0)).toBe('fresh');
  });
});
