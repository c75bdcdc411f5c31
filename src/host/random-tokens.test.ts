/** Random tokens: as long as asked for, and never the same bytes twice. */

import { expect, it } from 'vitest';
import { RandomTokens } from './random-tokens.ts';

it.each([1, 12, 24, 4096, 5000])('gives %i random bytes', (bytes) => {
  const token = new RandomTokens().next(bytes);
  expect(token).toMatch(/^[\w-]+$/);
  expect(Buffer.from(token, 'base64url')).toHaveLength(bytes);
});

it('gives no token twice, however often the bytes run out', () => {
  const tokens = new RandomTokens();
  const given = Array.from({ length: 2000 }, () => tokens.next(12));
  expect(new Set(given).size).toBe(2000);
  expect(given.filter((token) => /^A+$/.test(token))).toEqual([]);
});
