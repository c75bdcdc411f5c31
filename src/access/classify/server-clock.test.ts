/** A date to wait for, by the clock of the server that says it. */

import { describe, expect, it } from 'vitest';
import type { Headers } from '../../model/request.ts';
import { parseErrorBody } from './error-body.ts';
import { findRetryAfter } from './retry-after.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

function find(headers: Headers): ReturnType<typeof findRetryAfter> {
  return findRetryAfter({ provider: 'x', status: 429, headers, body: parseErrorBody(''), now });
}

describe('a date beside the clock of its server', () => {
  it('is a wait of the same length, however wrong that clock is', () => {
    for (const skewMs of [-86_400_000, -3_600_000, -90_000, 0, 90_000, 3_600_000, 86_400_000]) {
      const at = (ms: number): string => new Date(now + skewMs + ms).toUTCString();
      const headers = { date: at(0), 'retry-after': at(600_000) };
      expect(find(headers)?.ms).toBe(600_000);
    }
  });

  it('is compared with our own where the server tells no time', () => {
    const later = new Date(now + 600_000).toUTCString();
    for (const date of [undefined, '', 'soon', '12', 'Sat, 99 Nov 2026 12:00:00 GMT']) {
      const headers = { 'retry-after': later, ...(date !== undefined && { date }) };
      expect(find(headers)?.ms).toBe(600_000);
    }
  });
});
